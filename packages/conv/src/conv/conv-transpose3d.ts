import type { Tensor } from "@nn/tensor";
import type { IODHW, NCDHW } from "../shared/nchw.js";
import { type Triple, tripleOf, tripleReason } from "../shared/pair.js";
import { noOperands, throwReasons } from "../shared/reasons.js";
import { ConvLayer, type ConvLayerOptions } from "./conv-layer.js";
import { outputPaddingReason } from "./conv-transpose-attrs.js";
import { type ConvTranspose3dAttrs, convTranspose3dOp, names } from "./conv-transpose3d-op.js";
import { groupsReason } from "./conv2d-attrs.js";
import { checkConvLayer, checkTransposedPadding } from "./layer-checks.js";
import { sidesOf, sidesReason } from "./padding.js";

/** What a transposed convolution of volumes is besides its operands. */
export interface ConvTranspose3dAttrsOptions {
  /** Distance between the windows that the elements of the input are spread to. Default 1. */
  readonly stride?: Triple;
  /** Cut from the sides of the result: a number, `[depth, height, width]`, or before and after each. Default 0. */
  readonly padding?:
    | Triple
    | readonly [front: number, back: number, top: number, bottom: number, left: number, right: number];
  /** Added to the end of each axis of the result; smaller than the stride. Default 0. */
  readonly outputPadding?: Triple;
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: Triple;
  /** Channels are split into so many groups that do not see each other. Default 1. */
  readonly groups?: number;
}

/** Options of `convTranspose3d`. */
export interface ConvTranspose3dCallOptions extends ConvTranspose3dAttrsOptions {
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Transposed convolution of volumes (torch.nn.functional.conv_transpose3d): each element of the input adds the filter,
 * times itself, to its window of the result. Runs the kernels of `convTranspose2d`.
 *
 * @param x `(n, c, d, h, w)`
 * @param weight `(c, out / groups, kd, kh, kw)`
 * @param bias `(out)`
 * @returns `(n, out, od, oh, ow)`; `od = (d - 1) · stride - padding + dilation · (kd - 1) + outputPadding + 1`
 * @throws ShapeError when ranks, channels, groups or sizes do not fit, DTypeError when the operands are not all f32 or
 * all f64, DataError for options out of range; each names all reasons at once.
 *
 * @example
 * ```ts
 * import { convTranspose3d } from "@nn/conv";
 * import { ones, tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[[1]], [[2]]]]]);
 * await convTranspose3d(x, ones([1, 1, 2, 1, 1])).array(); // => [[[[[1]], [[3]], [[2]]]]]
 * ```
 */
export function convTranspose3d(
  x: Tensor<NCDHW>,
  weight: Tensor<IODHW>,
  bias?: Tensor<[out: number]>,
  options: ConvTranspose3dCallOptions = {},
): Tensor<NCDHW> {
  const { owner } = options;
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return convTranspose3dOp.call(inputs, attrsOf(names.where, options, owner), { owner });
}

/** Throws one error with all options that do not fit. */
function attrsOf(where: string, options: ConvTranspose3dAttrsOptions, owner?: object): ConvTranspose3dAttrs {
  const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
  const reasons = [
    tripleReason("stride", stride, 1),
    sidesReason(padding, 3),
    tripleReason("outputPadding", outputPadding, 0),
    tripleReason("dilation", dilation, 1),
    groupsReason(groups),
    outputPaddingReason(tripleOf(outputPadding), tripleOf(stride)),
  ];
  throwReasons(where, noOperands, reasons, owner);
  const sides = sidesOf(padding, [0, 0, 0]);
  const window = { stride: tripleOf(stride), padding: sides, dilation: tripleOf(dilation), groups };
  return { window, outputPadding: tripleOf(outputPadding) };
}

/** Options of `ConvTranspose3d`. */
export interface ConvTranspose3dOptions extends ConvTranspose3dAttrsOptions, ConvLayerOptions {
  /** Depth, height and width of the filters. */
  readonly kernelSize: Triple;
}

/**
 * Transposed convolution of volumes (torch.nn.ConvTranspose3d). Weight and bias start uniform in
 * ±1/√(outChannels / groups · kd · kh · kw), as in PyTorch.
 *
 * @throws DataError for channels, groups or other options that do not fit, UnsupportedError for a `paddingMode` other
 * than `"zeros"`.
 *
 * @example
 * ```ts
 * import { ConvTranspose3d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new ConvTranspose3d(8, 1, { kernelSize: 2, stride: 2 });
 * layer.forward(zeros([2, 8, 4, 8, 8])).shape; // => [2, 1, 8, 16, 16]
 * ```
 */
export class ConvTranspose3d extends ConvLayer<IODHW> {
  readonly #attrs: ConvTranspose3dAttrs;

  constructor(inChannels: number, outChannels: number, options: ConvTranspose3dOptions) {
    const { kernelSize, paddingMode } = options;
    checkConvLayer(names.layer, inChannels, outChannels, options, tripleReason("kernelSize", kernelSize, 1));
    checkTransposedPadding(names.layer, paddingMode);
    const attrs = attrsOf(names.layer, options);
    super([inChannels, outChannels], tripleOf(kernelSize), options, true);
    this.#attrs = attrs;
  }

  /** `(n, inChannels, d, h, w)` → `(n, outChannels, od, oh, ow)` */
  forward(x: Tensor<NCDHW>): Tensor<NCDHW> {
    return convTranspose3dOp.call(this.operands(x), this.#attrs, { owner: this });
  }
}
