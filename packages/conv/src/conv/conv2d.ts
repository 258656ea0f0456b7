import type { Conv2dAttrs, Shape, Tensor } from "@nn/tensor";
import type { NCHW, OIHW } from "../shared/nchw.js";
import { type Pair, pairOf, pairReason } from "../shared/pair.js";
import { ConvLayer, type ConvLayerOptions } from "./conv-layer.js";
import { type Conv2dAttrsOptions, conv2dAttrs } from "./conv2d-attrs.js";
import { conv2dOp } from "./conv2d-ops.js";
import { checkConvLayer } from "./layer-checks.js";
import { type Frame, framed, frameOf } from "./padding-mode.js";

/** Options of `conv2d`. */
export interface Conv2dCallOptions extends Conv2dAttrsOptions {
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Cross-correlation of images with filters (torch.nn.functional.conv2d).
 *
 * @param x `(n, c, h, w)`
 * @param weight `(out, c / groups, kh, kw)`
 * @param bias `(out)`
 * @returns `(n, out, oh, ow)`; `oh = floor((h + padding - dilation · (kh - 1) - 1) / stride) + 1`
 * @throws ShapeError when ranks, channels, groups or sizes do not fit, DTypeError when the operands are not all f32 or
 * all f64, DataError for options out of range; each names all reasons at once.
 *
 * @example
 * ```ts
 * import { conv2d } from "@nn/conv";
 * import { ones } from "@nn/tensor";
 *
 * const y = conv2d(ones([1, 1, 3, 3]), ones([1, 1, 2, 2]), undefined, { padding: "same" });
 * await y.array(); // => [[[[4, 4, 2], [4, 4, 2], [2, 2, 1]]]]
 * ```
 */
export function conv2d(
  x: Tensor<NCHW>,
  weight: Tensor<OIHW>,
  bias?: Tensor<[out: number]>,
  options: Conv2dCallOptions = {},
): Tensor<NCHW> {
  const shape: Shape = weight.shape;
  const attrs = conv2dAttrs("conv2d", [shape[2], shape[3]], options, options.owner);
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return conv2dOp(attrs).call(inputs, attrs, { owner: options.owner });
}

/** Options of `Conv2d`. */
export interface Conv2dOptions extends Conv2dAttrsOptions, ConvLayerOptions {
  /** Height and width of the filters. */
  readonly kernelSize: Pair;
}

/**
 * Convolution of images (torch.nn.Conv2d). Weight and bias start uniform in ±1/√(inChannels / groups · kh · kw), as in
 * PyTorch.
 *
 * @throws DataError for channels, groups or other options that do not fit; `forward` throws a ShapeError when the input
 * has too few elements for the padding mode.
 *
 * @example
 * ```ts
 * import { Conv2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new Conv2d(3, 16, { kernelSize: 3, stride: 2, padding: 1 });
 * layer.forward(zeros([8, 3, 32, 32])).shape; // => [8, 16, 16, 16]
 * ```
 */
export class Conv2d extends ConvLayer<OIHW> {
  readonly #attrs: Conv2dAttrs;
  readonly #frame: Frame | undefined;

  constructor(inChannels: number, outChannels: number, options: Conv2dOptions) {
    checkConvLayer("Conv2d", inChannels, outChannels, options, pairReason("kernelSize", options.kernelSize, 1));
    const kernel = pairOf(options.kernelSize);
    const attrs = conv2dAttrs("Conv2d", kernel, options);
    super([inChannels, outChannels], kernel, options);
    this.#frame = frameOf(options.paddingMode, attrs.padding);
    this.#attrs = this.#frame === undefined ? attrs : { ...attrs, padding: [0, 0, 0, 0] };
  }

  /** `(n, inChannels, h, w)` → `(n, outChannels, oh, ow)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return conv2dOp(this.#attrs).call(this.operands(framed(x, this.#frame, this)), this.#attrs, { owner: this });
  }
}
