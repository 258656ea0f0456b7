import type { Conv2dAttrs } from "@nn/tensor";
import { optionReason, type Pair, pairOf, pairReason } from "../shared/pair.js";
import { noOperands, type Reason, throwReasons } from "../shared/reasons.js";
import { groupsReason } from "./conv2d-attrs.js";
import { sidesOf, sidesReason } from "./padding.js";

/** What a transposed convolution of images is besides its operands. */
export interface ConvTranspose2dAttrsOptions {
  /** Distance between the windows that the elements of the input are spread to. Default 1. */
  readonly stride?: Pair;
  /** Cut from the sides of the result: a number, `[height, width]`, or `[top, bottom, left, right]`. Default 0. */
  readonly padding?: Pair | readonly [top: number, bottom: number, left: number, right: number];
  /** Added to the bottom and the right of the result; smaller than the stride. Default 0. */
  readonly outputPadding?: Pair;
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: Pair;
  /** Channels are split into so many groups that do not see each other. Default 1. */
  readonly groups?: number;
}

/** Those of the convolution that it turns around, and what is added to the result. */
export interface ConvTransposeAttrs {
  readonly window: Omit<Conv2dAttrs, "activation">;
  readonly outputPadding: readonly [height: number, width: number];
}

/** Throws one error with all options that do not fit. */
export function convTranspose2dAttrs(
  where: string,
  options: ConvTranspose2dAttrsOptions,
  owner?: object,
): ConvTransposeAttrs {
  const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
  const reasons = [
    pairReason("stride", stride, 1),
    sidesReason(padding, 2),
    pairReason("outputPadding", outputPadding, 0),
    pairReason("dilation", dilation, 1),
    groupsReason(groups),
    outputPaddingReason(pairOf(outputPadding), pairOf(stride)),
  ];
  throwReasons(where, noOperands, reasons, owner);
  const [top, bottom, left, right] = sidesOf(padding, [0, 0]);
  const sides = [top, bottom, left, right] as const;
  const window = { stride: pairOf(stride), padding: sides, dilation: pairOf(dilation), groups };
  return { window, outputPadding: pairOf(outputPadding) };
}

/** With a stride or more, the convolution that is turned around would have another window. One number per axis. */
export function outputPaddingReason(more: readonly number[], stride: readonly number[]): Reason | undefined {
  if (!more.some((amount, axis) => amount >= stride[axis])) return undefined;
  const got = more.length === 1 ? more[0] : more;
  return optionReason("outputPadding", "less than the stride", got, "outputPadding: 0, or a larger stride");
}
