import { Module } from "@nn/layers";
import { defineOp, requireFloat, sigmoid, type Tensor } from "@nn/tensor";

/** `[x]`, with beta as a scalar: it may change from call to call, and no kernel is compiled anew for it. */
const op = defineOp({
  name: "acme.swish",
  infer: ([x]) => {
    requireFloat("swish", x);
    return x;
  },
  // What runs where no kernel is called "acme.swish".
  composed: ([x], _, [beta]) => x.mul(sigmoid(x.mul(beta))),
  // y = x · s with s = sigmoid(βx), so y' = s + βy · (1 − s). Ops only: they run everywhere, and have gradients again.
  vjp: ({ g, inputs: [x], scalars: [beta] }) => {
    const s = sigmoid(x.mul(beta));
    return [g.mul(s.add(x.mul(beta).mul(s).mul(s.neg().add(1))))];
  },
});

/** Of `swish`. */
export interface SwishOptions {
  /** Factor in the sigmoid. Default 1, which is SiLU. */
  readonly beta?: number;
}

/**
 * `x · sigmoid(βx)`, elementwise (Ramachandran, Zoph and Le, "Searching for activation functions", 2017).
 *
 * @throws DTypeError when x is not f32 or f64.
 */
export function swish(x: Tensor, { beta = 1 }: SwishOptions = {}, owner?: object): Tensor {
  return op.call([x], undefined, { scalars: [beta], owner });
}

/** `swish` as a layer. */
export class Swish extends Module {
  readonly beta: number;

  constructor({ beta = 1 }: SwishOptions = {}) {
    super();
    this.beta = beta;
  }

  forward(x: Tensor): Tensor {
    return swish(x, this, this);
  }
}
