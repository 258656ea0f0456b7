import { type CreateOptions, ones, Parameter, type Tensor } from "@nn/tensor";
import { Module } from "../module.js";
import { ownedBy } from "../owned-by.js";
import type { LayerNormCallOptions } from "./layer-norm.js";
import { checkNormalized, sizesOf } from "./normalized-shape.js";
import { rmsNormOp } from "./rms-norm-op.js";

/**
 * Divides each element of a batch by the root mean square over its last dimensions (torch.nn.functional.rms_norm; Zhang
 * and Sennrich, 2019): a layer norm that leaves the mean alone.
 *
 * @param x `(…, ...normalizedShape)`
 * @param normalizedShape the sizes of the last dimensions; a number for the last one alone
 * @param weight factor of each normalized element, of `normalizedShape`
 * @param options.eps added to the mean square; default: the spacing of the dtype at 1, as in PyTorch
 * @throws ShapeError when the shapes do not match, DTypeError when the operands are not all f32 or all f64, DataError
 * when `normalizedShape` is empty or holds something else than positive integers.
 *
 * @example
 * ```ts
 * import { rmsNorm } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await rmsNorm(tensor([[1, -7]], { dtype: "f64" }), 2, undefined, { eps: 0 }).array(); // => [[0.2, -1.4]]
 * ```
 */
export function rmsNorm(
  x: Tensor,
  normalizedShape: number | readonly number[],
  weight?: Tensor,
  options: LayerNormCallOptions = {},
): Tensor {
  const { eps = x.dtype === "f64" ? Number.EPSILON : 2 ** -23, owner } = options;
  return ownedBy(owner, () => {
    const sizes = sizesOf("rmsNorm", normalizedShape);
    checkNormalized("rmsNorm", x, sizes, weight);
    const n = sizes.reduce((product, size) => product * size, 1);
    const rows = x.reshape([x.size / n, n]);
    const inputs = weight === undefined ? [rows] : [rows, weight.reshape([n])];
    return rmsNormOp.call(inputs, { eps }, { owner }).reshape(x.shape);
  });
}

/** Options of `RMSNorm`. */
export interface RMSNormOptions extends CreateOptions {
  /** Added to the mean square. Default: the spacing of the dtype at 1, 2⁻²³ in f32. */
  readonly eps?: number;
  /** Whether there is a weight. Default true. */
  readonly elementwiseAffine?: boolean;
}

/**
 * Divides by the root mean square over the last dimensions (torch.nn.RMSNorm). The weight starts as ones.
 *
 * @throws DataError when `normalizedShape` is empty or holds something else than positive integers.
 *
 * @example
 * ```ts
 * import { RMSNorm } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * new RMSNorm(64).forward(zeros([2, 10, 64])).shape; // => [2, 10, 64]
 * ```
 */
export class RMSNorm extends Module {
  /** `normalizedShape`; absent with `{ elementwiseAffine: false }`. */
  readonly weight: Parameter | undefined;
  readonly normalizedShape: readonly number[];
  readonly eps: number | undefined;

  constructor(normalizedShape: number | readonly number[], options: RMSNormOptions = {}) {
    super();
    const { eps, elementwiseAffine = true, dtype, backend } = options;
    this.normalizedShape = sizesOf("RMSNorm", normalizedShape);
    this.eps = eps;
    if (elementwiseAffine) this.weight = new Parameter(ones(this.normalizedShape, { dtype, backend }));
  }

  /** `(…, ...normalizedShape)` → the same shape */
  forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, this.weight, { eps: this.eps, owner: this });
  }
  override extraRepr(): string {
    const eps = this.eps === undefined ? "" : `, eps=${this.eps}`;
    return `[${this.normalizedShape.join(", ")}]${eps}, elementwiseAffine=${this.weight !== undefined}`;
  }
}
