import { Module } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import type { NCHW, OIHW } from "../shared/nchw.js";
import { countReason } from "../shared/pair.js";
import { noOperands, throwReasons } from "../shared/reasons.js";
import { Conv2d, type Conv2dCallOptions, conv2d } from "./conv2d.js";
import { DepthwiseConv2d, type DepthwiseConv2dOptions, depthwiseConv2d } from "./depthwise-conv2d.js";

/** Options of `separableConv2d`. */
export type SeparableConv2dCallOptions = Omit<Conv2dCallOptions, "groups">;

/**
 * Each channel convolved with filters of its own, then all channels mixed by a 1×1 convolution (Keras' SeparableConv2D).
 * Stride, padding and dilation are those of the first step, activation and bias those of the second.
 *
 * @param x `(n, c, h, w)`
 * @param depthwise `(c · multiplier, 1, kh, kw)`
 * @param pointwise `(out, c · multiplier, 1, 1)`
 * @param bias `(out)`
 * @returns `(n, out, oh, ow)`
 * @throws ShapeError, DTypeError and DataError as `conv2d`
 *
 * @example
 * ```ts
 * import { separableConv2d } from "@nn/conv";
 * import { ones, tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[1, 2]], [[3, 4]]]]);
 * await separableConv2d(x, ones([2, 1, 1, 2]), ones([1, 2, 1, 1])).array(); // => [[[[10]]]]
 * ```
 */
export function separableConv2d(
  x: Tensor<NCHW>,
  depthwise: Tensor<OIHW>,
  pointwise: Tensor<OIHW>,
  bias?: Tensor<[out: number]>,
  options: SeparableConv2dCallOptions = {},
): Tensor<NCHW> {
  const { activation, ...windows } = options;
  const channels = depthwiseConv2d(x, depthwise, undefined, windows);
  return conv2d(channels, pointwise, bias, { activation, owner: options.owner });
}

/** Options of `SeparableConv2d`. */
export type SeparableConv2dOptions = DepthwiseConv2dOptions;

/**
 * A depthwise and a 1×1 convolution (Keras' SeparableConv2D). Its state-dict keys are `depthwise.weight`,
 * `pointwise.weight` and `pointwise.bias`; both start as `Conv2d` does.
 *
 * @throws DataError for options that do not fit.
 *
 * @example
 * ```ts
 * import { SeparableConv2d } from "@nn/conv";
 * import { stateDict, zeros } from "@nn/tensor";
 *
 * const layer = new SeparableConv2d(16, 32, { kernelSize: 3, padding: "same" });
 * layer.forward(zeros([1, 16, 8, 8])).shape; // => [1, 32, 8, 8]
 * Object.keys(stateDict(layer)); // => ["depthwise.weight", "pointwise.weight", "pointwise.bias"]
 * ```
 */
export class SeparableConv2d extends Module {
  readonly depthwise: DepthwiseConv2d;
  readonly pointwise: Conv2d;

  constructor(inChannels: number, outChannels: number, options: SeparableConv2dOptions) {
    super();
    const { activation, bias, depthMultiplier = 1, ...windows } = options;
    throwReasons("SeparableConv2d", noOperands, [
      countReason("inChannels", inChannels, 1),
      countReason("outChannels", outChannels, 1),
    ]);
    const { generator, dtype, backend } = options;
    this.depthwise = new DepthwiseConv2d(inChannels, { ...windows, depthMultiplier, bias: false });
    const mix = { kernelSize: 1, activation, bias, generator, dtype, backend };
    this.pointwise = new Conv2d(inChannels * depthMultiplier, outChannels, mix);
  }

  /** `(n, inChannels, h, w)` → `(n, outChannels, oh, ow)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return this.pointwise.forward(this.depthwise.forward(x));
  }
}
