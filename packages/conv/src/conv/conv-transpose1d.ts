import type { Tensor } from "@nn/tensor";
import type { IOK, NCL } from "../shared/nchw.js";
import { countReason } from "../shared/pair.js";
import { noOperands, throwReasons } from "../shared/reasons.js";
import type { ConvNames } from "./conv-checks.js";
import { ConvLayer, type ConvLayerOptions } from "./conv-layer.js";
import { convTranspose } from "./conv-transpose.js";
import { type ConvTransposeAttrs, outputPaddingReason } from "./conv-transpose-attrs.js";
import { groupsReason } from "./conv2d-attrs.js";
import { checkConvLayer, checkTransposedPadding } from "./layer-checks.js";

const names: ConvNames = {
  where: "convTranspose1d",
  layer: "ConvTranspose1d",
  input: "n c l",
  weight: "in out/groups k",
  axes: ["l"],
  item: "sequence",
};

/** What a transposed convolution of sequences is besides its operands. */
export interface ConvTranspose1dAttrsOptions {
  /** Distance between the windows that the elements of the input are spread to. Default 1. */
  readonly stride?: number;
  /** Cut from both ends of the result. Default 0. */
  readonly padding?: number;
  /** Added to the end of the result; smaller than the stride. Default 0. */
  readonly outputPadding?: number;
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: number;
  /** Channels are split into so many groups that do not see each other. Default 1. */
  readonly groups?: number;
}

/** Options of `convTranspose1d`. */
export interface ConvTranspose1dCallOptions extends ConvTranspose1dAttrsOptions {
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Transposed convolution of sequences (torch.nn.functional.conv_transpose1d): `convTranspose2d` of images of height 1.
 *
 * @param x `(n, c, l)`
 * @param weight `(c, out / groups, k)`
 * @param bias `(out)`
 * @returns `(n, out, ol)`; `ol = (l - 1) · stride - 2 · padding + dilation · (k - 1) + outputPadding + 1`
 * @throws ShapeError when ranks, channels, groups or sizes do not fit, DTypeError when the operands are not all f32 or
 * all f64, DataError for options out of range; each names all reasons at once.
 *
 * @example
 * ```ts
 * import { convTranspose1d } from "@nn/conv";
 * import { ones, tensor } from "@nn/tensor";
 *
 * await convTranspose1d(tensor([[[1, 2, 3]]]), ones([1, 1, 2])).array(); // => [[[1, 3, 5, 3]]]
 * ```
 */
export function convTranspose1d(
  x: Tensor<NCL>,
  weight: Tensor<IOK>,
  bias?: Tensor<[out: number]>,
  options: ConvTranspose1dCallOptions = {},
): Tensor<NCL> {
  const { owner } = options;
  return convTranspose(names, x, weight, bias, attrsOf(names.where, options, owner), owner);
}

/** The attributes for images of height 1; throws one error with all options that do not fit. */
function attrsOf(where: string, options: ConvTranspose1dAttrsOptions, owner?: object): ConvTransposeAttrs {
  const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
  const reasons = [
    countReason("stride", stride, 1),
    countReason("padding", padding, 0),
    countReason("outputPadding", outputPadding, 0),
    countReason("dilation", dilation, 1),
    groupsReason(groups),
    outputPaddingReason([outputPadding], [stride]),
  ];
  throwReasons(where, noOperands, reasons, owner);
  return {
    window: { stride: [1, stride], padding: [0, 0, padding, padding], dilation: [1, dilation], groups },
    outputPadding: [0, outputPadding],
  };
}

/** Options of `ConvTranspose1d`. */
export interface ConvTranspose1dOptions extends ConvTranspose1dAttrsOptions, ConvLayerOptions {
  /** Length of the filters. */
  readonly kernelSize: number;
}

/**
 * Transposed convolution of sequences (torch.nn.ConvTranspose1d). Weight and bias start uniform in
 * ±1/√(outChannels / groups · k), as in PyTorch.
 *
 * @throws DataError for channels, groups or other options that do not fit, UnsupportedError for a `paddingMode` other
 * than `"zeros"`.
 *
 * @example
 * ```ts
 * import { ConvTranspose1d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new ConvTranspose1d(16, 4, { kernelSize: 4, stride: 2, padding: 1 });
 * layer.forward(zeros([8, 16, 50])).shape; // => [8, 4, 100]
 * ```
 */
export class ConvTranspose1d extends ConvLayer<IOK> {
  readonly #attrs: ConvTransposeAttrs;

  constructor(inChannels: number, outChannels: number, options: ConvTranspose1dOptions) {
    const { kernelSize, paddingMode } = options;
    checkConvLayer(names.layer, inChannels, outChannels, options, countReason("kernelSize", kernelSize, 1));
    checkTransposedPadding(names.layer, paddingMode);
    const attrs = attrsOf(names.layer, options);
    super([inChannels, outChannels], [kernelSize], options, true);
    this.#attrs = attrs;
  }

  /** `(n, inChannels, l)` → `(n, outChannels, ol)` */
  forward(x: Tensor<NCL>): Tensor<NCL> {
    return convTranspose(names, x, this.weight, this.bias, this.#attrs, this);
  }
}
