import type { Shape, Tensor } from "@nn/tensor";
import type { NCDHW, OIDHW } from "../shared/nchw.js";
import { type Triple, tripleOf, tripleReason } from "../shared/pair.js";
import { ConvLayer, type ConvLayerOptions } from "./conv-layer.js";
import { type Conv3dAttrs, type Conv3dAttrsOptions, conv3dAttrs } from "./conv3d-attrs.js";
import { conv3dOp } from "./conv3d-op.js";
import { checkConvLayer } from "./layer-checks.js";
import { type Frame, framed, frameOf } from "./padding-mode.js";

/** Options of `conv3d`. */
export interface Conv3dCallOptions extends Conv3dAttrsOptions {
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Cross-correlation of volumes with filters (torch.nn.functional.conv3d). Runs the kernels of `conv2d`.
 *
 * @param x `(n, c, d, h, w)`
 * @param weight `(out, c / groups, kd, kh, kw)`
 * @param bias `(out)`
 * @returns `(n, out, od, oh, ow)`; `od = floor((d + padding - dilation · (kd - 1) - 1) / stride) + 1`
 * @throws ShapeError when ranks, channels, groups or sizes do not fit, DTypeError when the operands are not all f32 or
 * all f64, DataError for options out of range; each names all reasons at once.
 *
 * @example
 * ```ts
 * import { conv3d } from "@nn/conv";
 * import { ones, tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[[1, 2]], [[3, 4]]]]]);
 * await conv3d(x, ones([1, 1, 2, 1, 1])).array(); // => [[[[[4, 6]]]]]
 * ```
 */
export function conv3d(
  x: Tensor<NCDHW>,
  weight: Tensor<OIDHW>,
  bias?: Tensor<[out: number]>,
  options: Conv3dCallOptions = {},
): Tensor<NCDHW> {
  const shape: Shape = weight.shape;
  const attrs = conv3dAttrs("conv3d", [shape[2], shape[3], shape[4]], options, options.owner);
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return conv3dOp.call(inputs, attrs, { owner: options.owner });
}

/** Options of `Conv3d`. */
export interface Conv3dOptions extends Conv3dAttrsOptions, ConvLayerOptions {
  /** Depth, height and width of the filters. */
  readonly kernelSize: Triple;
}

/**
 * Convolution of volumes (torch.nn.Conv3d). Weight and bias start uniform in ±1/√(inChannels / groups · kd · kh · kw),
 * as in PyTorch.
 *
 * @throws DataError for channels, groups or other options that do not fit; `forward` throws a ShapeError when the input
 * has too few elements for the padding mode.
 *
 * @example
 * ```ts
 * import { Conv3d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new Conv3d(1, 8, { kernelSize: 3, stride: [1, 2, 2], padding: 1 });
 * layer.forward(zeros([2, 1, 4, 16, 16])).shape; // => [2, 8, 4, 8, 8]
 * ```
 */
export class Conv3d extends ConvLayer<OIDHW> {
  readonly #attrs: Conv3dAttrs;
  readonly #frame: Frame | undefined;

  constructor(inChannels: number, outChannels: number, options: Conv3dOptions) {
    checkConvLayer("Conv3d", inChannels, outChannels, options, tripleReason("kernelSize", options.kernelSize, 1));
    const kernel = tripleOf(options.kernelSize);
    const attrs = conv3dAttrs("Conv3d", kernel, options);
    super([inChannels, outChannels], kernel, options);
    this.#frame = frameOf(options.paddingMode, attrs.padding);
    this.#attrs = this.#frame === undefined ? attrs : { ...attrs, padding: [0, 0, 0, 0, 0, 0] };
  }

  /** `(n, inChannels, d, h, w)` → `(n, outChannels, od, oh, ow)` */
  forward(x: Tensor<NCDHW>): Tensor<NCDHW> {
    return conv3dOp.call(this.operands(framed(x, this.#frame, this)), this.#attrs, { owner: this });
  }
}
