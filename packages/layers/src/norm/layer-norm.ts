import { type CreateOptions, ones, Parameter, type Tensor, zeros } from "@nn/tensor";
import { Module } from "../module.js";
import { ownedBy } from "../owned-by.js";
import { layerNormOp } from "./layer-norm-op.js";
import { checkNormalized, sizesOf } from "./normalized-shape.js";

/** How `layerNorm` and `groupNorm` are called. */
export interface LayerNormCallOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Normalizes each element of a batch over its last dimensions, by their mean and biased variance
 * (torch.nn.functional.layer_norm; Ba, Kiros and Hinton, 2016).
 *
 * @param x `(…, ...normalizedShape)`
 * @param normalizedShape the sizes of the last dimensions; a number for the last one alone
 * @param weight factor of each normalized element, of `normalizedShape`
 * @param bias added to each normalized element, of `normalizedShape`
 * @throws ShapeError when the shapes do not match, DTypeError when the operands are not all f32 or all f64, DataError
 * when `normalizedShape` is empty or holds something else than positive integers.
 *
 * @example
 * ```ts
 * import { layerNorm } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[1, 3], [10, 30]], { dtype: "f64" });
 * await layerNorm(x, 2, undefined, undefined, { eps: 0 }).array(); // => [[-1, 1], [-1, 1]]
 * ```
 */
export function layerNorm(
  x: Tensor,
  normalizedShape: number | readonly number[],
  weight?: Tensor,
  bias?: Tensor,
  options: LayerNormCallOptions = {},
): Tensor {
  const { eps = 1e-5, owner } = options;
  return ownedBy(owner, () => {
    const sizes = sizesOf("layerNorm", normalizedShape);
    checkNormalized("layerNorm", x, sizes, weight, bias);
    const n = sizes.reduce((product, size) => product * size, 1);
    const rows = x.reshape([x.size / n, n]);
    if (weight === undefined) {
      const y = layerNormOp.call([rows], { eps }, { owner }).reshape(x.shape);
      return bias === undefined ? y : y.add(bias);
    }
    const affine = bias === undefined ? [weight] : [weight, bias];
    return layerNormOp.call([rows, ...affine.map((p) => p.reshape([n]))], { eps }, { owner }).reshape(x.shape);
  });
}

/** Options of `LayerNorm`. */
export interface LayerNormOptions extends CreateOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether there is a weight. Default true. */
  readonly elementwiseAffine?: boolean;
  /** Whether there is a bias as well. Default true. */
  readonly bias?: boolean;
}

/**
 * Normalizes over the last dimensions (torch.nn.LayerNorm). The weight starts as ones, the bias as zeros.
 *
 * @throws DataError when `normalizedShape` is empty or holds something else than positive integers.
 *
 * @example
 * ```ts
 * import { LayerNorm } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * new LayerNorm(64).forward(zeros([2, 10, 64])).shape; // => [2, 10, 64]
 * ```
 */
export class LayerNorm extends Module {
  /** `normalizedShape`; absent with `{ elementwiseAffine: false }`. */
  readonly weight: Parameter | undefined;
  /** `normalizedShape`; absent with `{ elementwiseAffine: false }` or `{ bias: false }`. */
  readonly bias: Parameter | undefined;
  readonly normalizedShape: readonly number[];
  readonly eps: number;

  constructor(normalizedShape: number | readonly number[], options: LayerNormOptions = {}) {
    super();
    const { eps = 1e-5, elementwiseAffine = true, bias = true, dtype, backend } = options;
    this.normalizedShape = sizesOf("LayerNorm", normalizedShape);
    this.eps = eps;
    if (elementwiseAffine) this.weight = new Parameter(ones(this.normalizedShape, { dtype, backend }));
    if (elementwiseAffine && bias) this.bias = new Parameter(zeros(this.normalizedShape, { dtype, backend }));
  }

  /** `(…, ...normalizedShape)` → the same shape */
  forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, this.weight, this.bias, { eps: this.eps, owner: this });
  }
  override extraRepr(): string {
    const affine = this.weight !== undefined;
    return `[${this.normalizedShape.join(", ")}], eps=${this.eps}, elementwiseAffine=${affine}`;
  }
}
