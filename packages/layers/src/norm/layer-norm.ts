import { type CreateOptions, DataError, describe, ones, Parameter, ShapeError, type Tensor, zeros } from "@nn/tensor";
import { checkFloats, rowsOf } from "../checks.js";
import { Module } from "../module.js";
import { ownedBy } from "../owned-by.js";
import { layerNormOp } from "./layer-norm-op.js";

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
    check(x, sizes, weight, bias);
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

function sizesOf(where: string, normalizedShape: number | readonly number[]): readonly number[] {
  const sizes = typeof normalizedShape === "number" ? [normalizedShape] : normalizedShape;
  if (sizes.length > 0 && sizes.every((size) => Number.isInteger(size) && size > 0)) return sizes;
  throw new DataError({
    where,
    problem: "normalizedShape holds no sizes",
    rows: [
      ["expected", "a positive integer, or a list of them"],
      ["got", `[${sizes.join(", ")}]`],
    ],
    fix: "pass the sizes of the last dimensions: 64, or [8, 8]",
  });
}

function check(x: Tensor, sizes: readonly number[], weight: Tensor | undefined, bias: Tensor | undefined): void {
  checkFloats("layerNorm", { input: x, weight, bias });
  const isOf = (shape: readonly number[]) => shape.length === sizes.length && shape.every((d, i) => d === sizes[i]);
  const fits = isOf(x.shape.slice(-sizes.length));
  if (fits && [weight, bias].every((p) => p === undefined || isOf(p.shape))) return;
  const expected = sizes.join(", ");
  throw new ShapeError({
    where: "layerNorm",
    problem: fits
      ? "weight and bias do not have the normalized shape"
      : "the input does not end with the normalized shape",
    rows: fits
      ? [...rowsOf({ input: x, weight, bias }), ["expected", `[${expected}]`]]
      : [
          ["input", describe(x)],
          ["expected", `[…, ${expected}]`],
        ],
    fix: fits
      ? `make them with ones([${expected}]) and zeros([${expected}])`
      : "make the layer for the features of the layer before it",
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
