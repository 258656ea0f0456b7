import { defineOp, erf, exp, maximum, type Op, requireFloat, type Shape, type Tensor, tanh } from "@nn/tensor";
import { checkChoice } from "../checks.js";

type GeluAttrs = { readonly approximate: "none" | "tanh" };

/** `[x]` → x · Φ(x). */
const op: Op<GeluAttrs> = defineOp<GeluAttrs>({
  name: "gelu",
  infer: ([x]) => x,
  composed: ([x], { approximate }) => {
    const p = approximate === "tanh" ? logisticPart(x) : normalPart(x);
    // Below -10 all is 0; a larger factor would make a visible number of what the rounding of p left.
    return maximum(x, -10).mul(p);
  },
  vjp: ({ g, inputs: [x], attrs }) => [gradientOp.call([g, x], attrs)],
});

/** `[g, x]` → gradient of x. */
const gradientOp: Op<GeluAttrs> = defineOp<GeluAttrs>({
  name: "geluGrad",
  infer: ([g]) => g,
  composed: ([g, x], { approximate }) => {
    if (approximate === "none") {
      const density = exp(x.square().mul(-0.5)).mul(1 / Math.sqrt(2 * Math.PI));
      return g.mul(normalPart(x).add(x.mul(density)));
    }
    // y = x · p with p = (1 + tanh(u)) / 2, and p' = 2 · p · (1 − p) · u'
    const p = logisticPart(x);
    const slope = x
      .square()
      .mul(3 * cubic)
      .add(1)
      .mul(2 * root);
    return g.mul(p.add(x.mul(p.sub(p.square())).mul(slope)));
  },
});

const root = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/** Φ(x), the normal distribution function. */
function normalPart(x: Tensor): Tensor {
  return erf(x.mul(Math.SQRT1_2)).add(1).mul(0.5);
}

/** Its approximation by tanh. */
function logisticPart(x: Tensor): Tensor {
  const u = x.square().mul(cubic).add(1).mul(x).mul(root);
  return tanh(u).add(1).mul(0.5);
}

/** Options of `gelu`. */
export interface GeluOptions {
  /** `"none"` (default) is exact; `"tanh"` is the approximation that GPT-2 and BERT's first code used. */
  readonly approximate?: "none" | "tanh";
}

/**
 * `x · Φ(x)`, with the normal distribution function Φ. Elementwise (torch.nn.functional.gelu; Hendrycks and Gimpel,
 * 2016).
 *
 * @throws DTypeError when x is not f32 or f64, DataError for another word.
 *
 * @example
 * ```ts
 * import { gelu } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await gelu(tensor([-20, 0, 20])).array(); // => [0, 0, 20]
 * ```
 */
export function gelu<S extends Shape>(x: Tensor<S>, options: GeluOptions = {}): Tensor<S> {
  const { approximate = "none" } = options;
  requireFloat("gelu", x);
  checkChoice("gelu", "approximate", approximate, ["none", "tanh"]);
  return op.call([x], { approximate });
}
