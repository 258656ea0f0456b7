import { ownedBy } from "@nn/layers";
import type { Conv2dAttrs, Shape, Tensor } from "@nn/tensor";
import type { NCL, OIK } from "../shared/nchw.js";
import { countReason } from "../shared/pair.js";
import { checkConv1d } from "./conv-checks.js";
import { ConvLayer, type ConvLayerOptions } from "./conv-layer.js";
import { type Conv1dAttrsOptions, conv1dAttrs } from "./conv1d-attrs.js";
import { conv2dOp } from "./conv2d-ops.js";
import { checkConvLayer } from "./layer-checks.js";
import { type Frame, framed, frameOf } from "./padding-mode.js";

/** Options of `conv1d`. */
export interface Conv1dCallOptions extends Conv1dAttrsOptions {
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Cross-correlation of sequences with filters (torch.nn.functional.conv1d): `conv2d` of images of height 1.
 *
 * @param x `(n, c, l)`
 * @param weight `(out, c / groups, k)`
 * @param bias `(out)`
 * @returns `(n, out, ol)`; `ol = floor((l + padding - dilation · (k - 1) - 1) / stride) + 1`
 * @throws ShapeError when ranks, channels, groups or sizes do not fit, DTypeError when the operands are not all f32 or
 * all f64, DataError for options out of range; each names all reasons at once.
 *
 * @example
 * ```ts
 * import { conv1d } from "@nn/conv";
 * import { ones, tensor } from "@nn/tensor";
 *
 * const x = tensor([[[1, 2, 3, 4]]]);
 * await conv1d(x, ones([1, 1, 2]), undefined, { padding: "causal" }).array(); // => [[[1, 3, 5, 7]]]
 * ```
 */
export function conv1d(
  x: Tensor<NCL>,
  weight: Tensor<OIK>,
  bias?: Tensor<[out: number]>,
  options: Conv1dCallOptions = {},
): Tensor<NCL> {
  const { owner } = options;
  const shape: Shape = weight.shape;
  const attrs = conv1dAttrs("conv1d", shape[2], options, owner);
  return convolve(x, weight, bias, attrs, owner);
}

function convolve(x: Tensor, weight: Tensor, bias: Tensor | undefined, attrs: Conv2dAttrs, owner?: object): Tensor {
  return ownedBy(owner, () => {
    checkConv1d(x, weight, bias, attrs);
    const images = [x.unsqueeze(2), weight.unsqueeze(2)];
    const inputs = bias === undefined ? images : [...images, bias];
    return conv2dOp(attrs).call(inputs, attrs, { owner }).squeeze(2);
  });
}

/** Options of `Conv1d`. */
export interface Conv1dOptions extends Conv1dAttrsOptions, ConvLayerOptions {
  /** Length of the filters. */
  readonly kernelSize: number;
}

/**
 * Convolution of sequences (torch.nn.Conv1d). Weight and bias start uniform in ±1/√(inChannels / groups · k), as in
 * PyTorch.
 *
 * @throws DataError for channels, groups or other options that do not fit; `forward` throws a ShapeError when the input
 * has too few elements for the padding mode.
 *
 * @example
 * ```ts
 * import { Conv1d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new Conv1d(4, 16, { kernelSize: 3, dilation: 2, padding: "causal" });
 * layer.forward(zeros([8, 4, 100])).shape; // => [8, 16, 100]
 * ```
 */
export class Conv1d extends ConvLayer<OIK> {
  readonly #attrs: Conv2dAttrs;
  readonly #frame: Frame | undefined;

  constructor(inChannels: number, outChannels: number, options: Conv1dOptions) {
    checkConvLayer("Conv1d", inChannels, outChannels, options, countReason("kernelSize", options.kernelSize, 1));
    const attrs = conv1dAttrs("Conv1d", options.kernelSize, options);
    super([inChannels, outChannels], [options.kernelSize], options);
    this.#frame = frameOf(options.paddingMode, attrs.padding.slice(2));
    this.#attrs = this.#frame === undefined ? attrs : { ...attrs, padding: [0, 0, 0, 0] };
  }

  /** `(n, inChannels, l)` → `(n, outChannels, ol)` */
  forward(x: Tensor<NCL>): Tensor<NCL> {
    return convolve(framed(x, this.#frame, this), this.weight, this.bias, this.#attrs, this);
  }
}
