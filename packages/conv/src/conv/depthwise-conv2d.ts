import type { Shape, Tensor } from "@nn/tensor";
import type { NCHW, OIHW } from "../shared/nchw.js";
import { countReason } from "../shared/pair.js";
import { noOperands, throwReasons } from "../shared/reasons.js";
import { Conv2d, type Conv2dCallOptions, type Conv2dOptions, conv2d } from "./conv2d.js";

/** Options of `depthwiseConv2d`. */
export type DepthwiseConv2dCallOptions = Omit<Conv2dCallOptions, "groups">;

/**
 * Convolution of each channel with filters of its own: `conv2d` with as many groups as channels
 * (torch.nn.functional.conv2d with groups = c).
 *
 * @param x `(n, c, h, w)`
 * @param weight `(c · multiplier, 1, kh, kw)`; the filters of a channel stand together
 * @param bias `(c · multiplier)`
 * @returns `(n, c · multiplier, oh, ow)`, as `conv2d`
 * @throws ShapeError, DTypeError and DataError as `conv2d`
 *
 * @example
 * ```ts
 * import { depthwiseConv2d } from "@nn/conv";
 * import { ones, tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[1, 2]], [[3, 4]]]]);
 * await depthwiseConv2d(x, ones([2, 1, 1, 2])).array(); // => [[[[3]], [[7]]]]
 * ```
 */
export function depthwiseConv2d(
  x: Tensor<NCHW>,
  weight: Tensor<OIHW>,
  bias?: Tensor<[out: number]>,
  options: DepthwiseConv2dCallOptions = {},
): Tensor<NCHW> {
  const shape: Shape = x.shape;
  return conv2d(x, weight, bias, { ...options, groups: Math.max(1, shape[1] ?? 1) });
}

/** Options of `DepthwiseConv2d`. */
export interface DepthwiseConv2dOptions extends Omit<Conv2dOptions, "groups"> {
  /** Filters of each channel. Default 1. */
  readonly depthMultiplier?: number;
}

/**
 * `Conv2d` with as many groups as channels (Keras' DepthwiseConv2D; in PyTorch Conv2d with groups = channels, whose
 * weights fit).
 *
 * @throws DataError for options that do not fit.
 *
 * @example
 * ```ts
 * import { DepthwiseConv2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new DepthwiseConv2d(16, { kernelSize: 3, padding: 1, dilation: 1 });
 * layer.forward(zeros([1, 16, 8, 8])).shape; // => [1, 16, 8, 8]
 * layer.weight.shape; // => [16, 1, 3, 3]
 * ```
 */
export class DepthwiseConv2d extends Conv2d {
  constructor(channels: number, options: DepthwiseConv2dOptions) {
    const { depthMultiplier = 1, ...rest } = options;
    throwReasons("DepthwiseConv2d", noOperands, [
      countReason("channels", channels, 1),
      countReason("depthMultiplier", depthMultiplier, 1),
    ]);
    super(channels, channels * depthMultiplier, { ...rest, groups: channels });
  }
}
