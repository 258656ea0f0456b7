import { Module } from "@nn/layers";
import type { Shape, Tensor } from "@nn/tensor";
import { checkInput, checkOptions, fitReason } from "../shared/input-checks.js";
import type { NCHW } from "../shared/nchw.js";
import { type Pair, pairOf, pairReason } from "../shared/pair.js";
import { showOptions } from "../shared/show-options.js";
import { foldOp, windowCounts } from "./fold-ops.js";
import { type UnfoldOptions, unfoldAttrs } from "./unfold.js";

/** Options of `Fold`. */
export interface FoldOptions extends UnfoldOptions {
  /** Height and width of the image. */
  readonly outputSize: Pair;
}

/** Options of `fold`. */
export interface FoldCallOptions extends FoldOptions {
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Adds windows up to images (torch.nn.functional.fold, col2im): the gradient of `unfold`.
 *
 * @param x `(n, c · kh · kw, windows)`, as `unfold` gives it for an image of `outputSize`
 * @returns `(n, c, h, w)`
 * @throws ShapeError when the sizes are not those of such windows or the rank is not 3, DTypeError for other dtypes than
 * f32 and f64, DataError for options out of range.
 *
 * @example
 * ```ts
 * import { fold } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[[1, 2], [2, 3]]]);
 * await fold(x, { outputSize: [1, 3], kernelSize: [1, 2] }).array(); // => [[[[1, 4, 3]]]]
 * ```
 */
export function fold(
  x: Tensor<[n: number, elements: number, windows: number]>,
  options: FoldCallOptions,
): Tensor<NCHW> {
  const { owner } = options;
  checkOptions("fold", [pairReason("outputSize", options.outputSize, 1)], owner);
  const attrs = { ...unfoldAttrs("fold", options, owner), outputSize: pairOf(options.outputSize) };
  checkInput("fold", x, "n c·kh·kw windows", owner, ({ shape }: { shape: Shape }) => {
    const [kh, kw] = attrs.kernelSize;
    const [oh, ow] = windowCounts(attrs.outputSize, attrs);
    const expected = `a multiple of ${kh * kw} and ${Math.max(oh, 0) * Math.max(ow, 0)} windows, got ${shape[1]} and ${shape[2]}`;
    const fits = shape[1] % (kh * kw) === 0 && oh >= 1 && ow >= 1 && shape[2] === oh * ow;
    return fits ? [] : [fitReason("the windows do not fit the image", expected)];
  });
  return foldOp.call([x], attrs, { owner });
}

/**
 * `fold` as a layer (torch.nn.Fold).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { Fold } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new Fold({ outputSize: 5, kernelSize: 3 }).forward(zeros([1, 18, 9])).shape; // => [1, 2, 5, 5]
 * ```
 */
export class Fold extends Module {
  readonly #options: FoldOptions;

  constructor(options: FoldOptions) {
    super();
    unfoldAttrs("Fold", options);
    checkOptions("Fold", [pairReason("outputSize", options.outputSize, 1)]);
    this.#options = options;
  }

  /** `(n, c · kh · kw, windows)` → `(n, c, h, w)` */
  forward(x: Tensor<[n: number, elements: number, windows: number]>): Tensor<NCHW> {
    return fold(x, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
