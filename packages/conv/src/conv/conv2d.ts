import { Module } from "@nn/layers";
import {
  type Conv2dAttrs,
  type CreateOptions,
  defaultGenerator,
  type Generator,
  Parameter,
  type Shape,
  type Tensor,
} from "@nn/tensor";
import type { NCHW, OIHW } from "../shared/nchw.js";
import { type Pair, pairOf, pairReason } from "../shared/pair.js";
import { showOptions } from "../shared/show-options.js";
import { type Conv2dAttrsOptions, conv2dAttrs } from "./conv2d-attrs.js";
import { conv2dOp } from "./conv2d-ops.js";
import { checkConvLayer, type PaddingMode } from "./layer-checks.js";

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
export interface Conv2dOptions extends Conv2dAttrsOptions, CreateOptions {
  /** Height and width of the filters. */
  readonly kernelSize: Pair;
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
  /** What the padding holds. Only `"zeros"`. */
  readonly paddingMode?: PaddingMode;
  /** Draws the initial values. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
}

/**
 * Convolution of images (torch.nn.Conv2d). Weight and bias start uniform in ±1/√(inChannels / groups · kh · kw), as in
 * PyTorch.
 *
 * @throws DataError for channels, groups or other options that do not fit, UnsupportedError for a `paddingMode` other
 * than `"zeros"`.
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
export class Conv2d extends Module {
  /** `(outChannels, inChannels / groups, kh, kw)` */
  readonly weight: Parameter<OIHW>;
  /** `(outChannels)`, absent with `{ bias: false }`. */
  readonly bias: Parameter<[out: number]> | undefined;
  readonly #options: Conv2dOptions;
  readonly #attrs: Conv2dAttrs;

  constructor(inChannels: number, outChannels: number, options: Conv2dOptions) {
    super();
    checkConvLayer("Conv2d", inChannels, outChannels, options, pairReason("kernelSize", options.kernelSize, 1));
    const attrs = conv2dAttrs("Conv2d", pairOf(options.kernelSize), options);
    const { kernelSize, groups = 1, generator = defaultGenerator(), dtype, backend } = options;
    const [kh, kw] = pairOf(kernelSize);
    // PyTorch draws the weight by Kaiming's rule with a = √5, which comes to the bound of the bias.
    const bound = 1 / Math.sqrt((inChannels / groups) * kh * kw);
    const range = { low: -bound, high: bound, dtype, backend };
    this.weight = new Parameter<OIHW>(generator.uniform([outChannels, inChannels / groups, kh, kw], range));
    if (options.bias !== false) this.bias = new Parameter<[out: number]>(generator.uniform([outChannels], range));
    this.#options = options;
    this.#attrs = attrs;
  }

  /** `(n, inChannels, h, w)` → `(n, outChannels, oh, ow)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    const inputs = this.bias === undefined ? [x, this.weight] : [x, this.weight, this.bias];
    return conv2dOp(this.#attrs).call(inputs, this.#attrs, { owner: this });
  }
  override extraRepr(): string {
    const [out, perGroup, kh, kw] = this.weight.shape;
    const { groups = 1, bias: _, generator: __, backend: ___, ...options } = this.#options;
    const sizes = { kernelSize: [kh, kw], groups, bias: this.bias !== undefined };
    return `${perGroup * groups}, ${out}, ${showOptions({ ...options, ...sizes })}`;
  }
}
