import { Module } from "@nn/layers";
import type { Pool2dAttrs, Shape, Tensor } from "@nn/tensor";
import { checkInput, checkOptions, fitReason } from "../shared/input-checks.js";
import type { NCHW } from "../shared/nchw.js";
import { type Pair, pairOf, pairReason } from "../shared/pair.js";
import { showOptions } from "../shared/show-options.js";
import { unfoldOp, windowCounts } from "./fold-ops.js";

/** Where the windows of `unfold` and `fold` lie. */
export interface UnfoldOptions {
  /** Height and width of the windows. */
  readonly kernelSize: Pair;
  /** Distance between windows. Default 1. */
  readonly stride?: Pair;
  /** Zeros on both sides of each axis. Default 0. */
  readonly padding?: Pair;
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: Pair;
}

/** Options of `unfold`. */
export interface UnfoldCallOptions extends UnfoldOptions {
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * The windows of images as columns (torch.nn.functional.unfold, im2col): a convolution is a matrix product with them.
 * For windows along one axis of any tensor, as a view, there is `unfold` of `@nn/tensor`.
 *
 * @param x `(n, c, h, w)`
 * @returns `(n, c · kh · kw, windows)`; the elements of a channel's window stand together, row by row, as do the windows
 * @throws ShapeError when no window fits or the rank is not 4, DTypeError for other dtypes than f32 and f64, DataError
 * for options out of range.
 *
 * @example
 * ```ts
 * import { unfold } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[1, 2, 3]]]]);
 * await unfold(x, { kernelSize: [1, 2] }).array(); // => [[[1, 2], [2, 3]]]
 * ```
 */
export function unfold(
  x: Tensor<NCHW>,
  options: UnfoldCallOptions,
): Tensor<[n: number, elements: number, windows: number]> {
  const { owner } = options;
  const attrs = unfoldAttrs("unfold", options, owner);
  checkInput("unfold", x, "n c h w", owner, ({ shape }: { shape: Shape }) => {
    const counts = windowCounts([shape[2], shape[3]], attrs);
    if (counts.every((count) => count >= 1)) return [];
    return [fitReason("the kernel is larger than the padded input", `a window or more, got ${counts.join(" × ")}`)];
  });
  return unfoldOp.call([x], attrs, { owner });
}

/** The windows in numbers; throws one error with all options that do not fit. */
export function unfoldAttrs(where: string, options: UnfoldOptions, owner?: object): Pool2dAttrs {
  const { kernelSize, stride = 1, padding = 0, dilation = 1 } = options;
  const reasons = [
    pairReason("kernelSize", kernelSize, 1),
    pairReason("stride", stride, 1),
    pairReason("padding", padding, 0),
    pairReason("dilation", dilation, 1),
  ];
  checkOptions(where, reasons, owner);
  const [top, left] = pairOf(padding);
  return {
    kernelSize: pairOf(kernelSize),
    stride: pairOf(stride),
    padding: [top, top, left, left],
    dilation: pairOf(dilation),
  };
}

/**
 * `unfold` as a layer (torch.nn.Unfold).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { Unfold } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new Unfold({ kernelSize: 3 }).forward(zeros([1, 2, 5, 5])).shape; // => [1, 18, 9]
 * ```
 */
export class Unfold extends Module {
  readonly #options: UnfoldOptions;

  constructor(options: UnfoldOptions) {
    super();
    unfoldAttrs("Unfold", options);
    this.#options = options;
  }

  /** `(n, c, h, w)` → `(n, c · kh · kw, windows)` */
  forward(x: Tensor<NCHW>): Tensor<[n: number, elements: number, windows: number]> {
    return unfold(x, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
