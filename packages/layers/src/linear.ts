import {
  type CreateOptions,
  defineOp,
  describe,
  type FusedActivation,
  type Generator,
  type Op,
  Parameter,
  ShapeError,
  type Tensor,
} from "@nn/tensor";
import { activationGradient } from "./activation-gradient.js";
import { applyActivation } from "./apply-activation.js";
import { checkChoice, checkCount, checkFloats, checkTied, rowsOf } from "./checks.js";
import { kaimingUniform } from "./initializers/kaiming.js";
import { uniform } from "./initializers/uniform.js";
import { Module } from "./module.js";
import { ownedBy } from "./owned-by.js";

type LinearAttrs = { readonly activation: FusedActivation };

const plainOp = defineLinear(false);
// Keeps its output for the gradient of the activation; the plain one need not.
const activatedOp = defineLinear(true);

function defineLinear(activated: boolean): Op<LinearAttrs> {
  return defineOp<LinearAttrs>({
    name: "linear",
    infer: ([x, weight]) => ({ dtype: x.dtype, shape: [x.shape[0], weight.shape[0]] }),
    composed: ([x, weight, bias], { activation }) => {
      const product = x.matmul(weight.transpose());
      return applyActivation(activation, bias === undefined ? product : product.add(bias));
    },
    saves: { inputs: [0, 1], outputs: activated },
    vjp: ({ g, inputs: [x, weight], outputs: [y], need, attrs }) => {
      const inner = activationGradient(attrs.activation, g, y);
      return [
        need[0] ? inner.matmul(weight) : undefined,
        need[1] ? inner.transpose().matmul(x) : undefined,
        need[2] ? inner.sum(0) : undefined,
      ];
    },
  });
}

/** How `linear` is called. */
export interface LinearCallOptions {
  /** Applied to the result, in the same kernel where the backend has one. Default "none". */
  readonly activation?: FusedActivation;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * `activation(x · weightᵀ + bias)` (torch.nn.functional.linear).
 *
 * @param x `(…, in)`, any number of leading dimensions, also none
 * @param weight `(out, in)`
 * @param bias `(out)`
 * @returns `(…, out)`
 * @throws ShapeError when the features differ, DTypeError when the operands are not all f32 or all f64.
 *
 * @example
 * ```ts
 * import { linear } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await linear(tensor([[1, 2]]), tensor([[3, 4], [5, 6]]), tensor([0.5, -20]), { activation: "relu" }).array(); // => [[11.5, 0]]
 * ```
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor, options: LinearCallOptions = {}): Tensor {
  const { activation = "none", owner } = options;
  return ownedBy(owner, () => {
    check(x, weight, bias, activation);
    const [features] = x.shape.slice(-1);
    const rows = x.rank === 2 ? x : x.reshape([x.size / Math.max(features, 1), features]);
    const op = activation === "none" ? plainOp : activatedOp;
    const y = op.call(bias === undefined ? [rows, weight] : [rows, weight, bias], { activation }, { owner });
    return x.rank === 2 ? y : y.reshape([...x.shape.slice(0, -1), weight.shape[0]]);
  });
}

function check(x: Tensor, weight: Tensor, bias: Tensor | undefined, activation: string): void {
  checkChoice("linear", "activation", activation, ["none", "relu", "tanh", "sigmoid"]);
  checkFloats("linear", { input: x, weight, bias });
  const { rank, shape } = x;
  const fits = rank > 0 && weight.rank === 2 && shape[rank - 1] === weight.shape[1];
  if (fits && (bias === undefined || (bias.rank === 1 && bias.shape[0] === weight.shape[0]))) return;
  if (fits) {
    throw new ShapeError({
      where: "linear",
      problem: "the bias does not match the weight",
      rows: [...rowsOf({ input: x, weight, bias }), ["expected", `a bias of shape [${weight.shape[0]}]`]],
      fix: "give the bias one element for each row of the weight",
    });
  }
  const [out, features] = weight.shape;
  const image = rank > 2 && x.size / (shape[0] ?? 1) === features;
  throw new ShapeError({
    where: "linear",
    problem: weight.rank === 2 ? "input features do not match the weight" : "the weight is not a matrix",
    rows: [
      ["input", describe(x), "… in"],
      ["weight", describe(weight), "out in"],
      weight.rank === 2
        ? ["expected", `in = ${features}, got ${rank === 0 ? "a scalar" : shape[rank - 1]}`]
        : ["expected", "a weight of shape [out, in]"],
    ],
    fix: image
      ? "put flatten before it: new Sequential(…, flatten, new Linear(…))"
      : `new Linear(${rank === 0 ? "1" : shape[rank - 1]}, ${out ?? "…"}), or check the layer before it`,
  });
}

/** Options of `Linear`. */
export interface LinearOptions extends CreateOptions {
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
  /** Draws the initial values. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
  /** A parameter of another layer that is used here too (tied weights), `(outFeatures, inFeatures)`. Default: an own one. */
  readonly weight?: Parameter;
}

/**
 * `x · weightᵀ + bias` (torch.nn.Linear). Both start uniform in ±1/√inFeatures, as in PyTorch.
 *
 * @throws DataError when a number of features is not a positive integer, ShapeError when a tied weight does not fit.
 *
 * @example
 * ```ts
 * import { Linear } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new Linear(20, 30);
 * layer.forward(zeros([128, 20])).shape; // => [128, 30]
 * ```
 */
export class Linear extends Module {
  /** `(outFeatures, inFeatures)` */
  readonly weight: Parameter;
  /** `(outFeatures)`, absent with `{ bias: false }`. */
  readonly bias: Parameter | undefined;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    checkCount("Linear", "inFeatures", inFeatures);
    checkCount("Linear", "outFeatures", outFeatures);
    const { weight, generator, dtype = weight?.dtype, backend = weight?.backend } = options;
    const drawn = { generator, dtype, backend };
    const shape = [outFeatures, inFeatures];
    const bound = 1 / Math.sqrt(inFeatures);
    if (weight !== undefined) checkTied("Linear", weight, shape);
    this.weight = weight ?? new Parameter(kaimingUniform(shape, { ...drawn, a: Math.sqrt(5) }));
    if (options.bias !== false)
      this.bias = new Parameter(uniform([outFeatures], { ...drawn, low: -bound, high: bound }));
  }

  /** `(…, inFeatures)` → `(…, outFeatures)` */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias, { owner: this });
  }
  override extraRepr(): string {
    const [out, features] = this.weight.shape;
    return `inFeatures=${features}, outFeatures=${out}, bias=${this.bias !== undefined}`;
  }
}
