import type { Tensor } from "@nn/tensor";
import type { IOHW, NCHW } from "../shared/nchw.js";
import { type Pair, pairOf, pairReason } from "../shared/pair.js";
import type { ConvNames } from "./conv-checks.js";
import { ConvLayer, type ConvLayerOptions } from "./conv-layer.js";
import { convTranspose } from "./conv-transpose.js";
import {
  type ConvTranspose2dAttrsOptions,
  type ConvTransposeAttrs,
  convTranspose2dAttrs,
} from "./conv-transpose-attrs.js";
import { checkConvLayer, checkTransposedPadding } from "./layer-checks.js";

const names: ConvNames = {
  where: "convTranspose2d",
  layer: "ConvTranspose2d",
  input: "n c h w",
  weight: "in out/groups kh kw",
  axes: ["h", "w"],
  item: "image",
};

/** Options of `convTranspose2d`. */
export interface ConvTranspose2dCallOptions extends ConvTranspose2dAttrsOptions {
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Transposed convolution of images (torch.nn.functional.conv_transpose2d): each element of the input adds the filter,
 * times itself, to its window of the result. It is the gradient that `conv2d` gives its input, and runs its kernel.
 *
 * @param x `(n, c, h, w)`
 * @param weight `(c, out / groups, kh, kw)`
 * @param bias `(out)`
 * @returns `(n, out, oh, ow)`; `oh = (h - 1) · stride - padding + dilation · (kh - 1) + outputPadding + 1`
 * @throws ShapeError when ranks, channels, groups or sizes do not fit, DTypeError when the operands are not all f32 or
 * all f64, DataError for options out of range; each names all reasons at once.
 *
 * @example
 * ```ts
 * import { convTranspose2d } from "@nn/conv";
 * import { ones, tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[1, 2]]]]);
 * await convTranspose2d(x, ones([1, 1, 1, 2]), undefined, { stride: 2 }).array(); // => [[[[1, 1, 2, 2]]]]
 * ```
 */
export function convTranspose2d(
  x: Tensor<NCHW>,
  weight: Tensor<IOHW>,
  bias?: Tensor<[out: number]>,
  options: ConvTranspose2dCallOptions = {},
): Tensor<NCHW> {
  const { owner } = options;
  return convTranspose(names, x, weight, bias, convTranspose2dAttrs("convTranspose2d", options, owner), owner);
}

/** Options of `ConvTranspose2d`. */
export interface ConvTranspose2dOptions extends ConvTranspose2dAttrsOptions, ConvLayerOptions {
  /** Height and width of the filters. */
  readonly kernelSize: Pair;
}

/**
 * Transposed convolution of images (torch.nn.ConvTranspose2d). Weight and bias start uniform in
 * ±1/√(outChannels / groups · kh · kw), as in PyTorch.
 *
 * @throws DataError for channels, groups or other options that do not fit, UnsupportedError for a `paddingMode` other
 * than `"zeros"`.
 *
 * @example
 * ```ts
 * import { ConvTranspose2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new ConvTranspose2d(16, 3, { kernelSize: 4, stride: 2, padding: 1 });
 * layer.forward(zeros([8, 16, 16, 16])).shape; // => [8, 3, 32, 32]
 * ```
 */
export class ConvTranspose2d extends ConvLayer<IOHW> {
  readonly #attrs: ConvTransposeAttrs;

  constructor(inChannels: number, outChannels: number, options: ConvTranspose2dOptions) {
    const { kernelSize, paddingMode } = options;
    checkConvLayer(names.layer, inChannels, outChannels, options, pairReason("kernelSize", kernelSize, 1));
    checkTransposedPadding(names.layer, paddingMode);
    const attrs = convTranspose2dAttrs(names.layer, options);
    super([inChannels, outChannels], pairOf(kernelSize), options, true);
    this.#attrs = attrs;
  }

  /** `(n, inChannels, h, w)` → `(n, outChannels, oh, ow)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return convTranspose(names, x, this.weight, this.bias, this.#attrs, this);
  }
}
