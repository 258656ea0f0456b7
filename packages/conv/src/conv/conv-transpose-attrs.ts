import type { Conv2dAttrs } from "@nn/tensor";
import { optionReason, type Pair, pairOf, pairReason } from "../shared/pair.js";
import { noOperands, type Reason, throwReasons } from "../shared/reasons.js";
import { groupsReason } from "./conv2d-attrs.js";

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
    paddingReason(padding),
    pairReason("outputPadding", outputPadding, 0),
    pairReason("dilation", dilation, 1),
    groupsReason(groups),
    outputPaddingReason(outputPadding, stride),
  ];
  throwReasons(where, noOperands, reasons, owner);
  const window = { stride: pairOf(stride), padding: sidesOf(padding), dilation: pairOf(dilation), groups };
  return { window, outputPadding: pairOf(outputPadding) };
}

type Sides = NonNullable<ConvTranspose2dAttrsOptions["padding"]>;

function paddingReason(padding: Sides): Reason | undefined {
  const sides: readonly number[] = typeof padding === "number" ? [padding, padding] : padding;
  const fits = Array.isArray(sides) && (sides.length === 2 || sides.length === 4);
  if (fits && sides.every((side) => Number.isInteger(side) && side >= 0)) return undefined;
  return optionReason("padding", "integers of 0 or more (one, two or four)", padding, "padding: 0");
}

/** With a stride or more, the convolution that is turned around would have another window. */
export function outputPaddingReason(outputPadding: Pair, stride: Pair): Reason | undefined {
  const [more, step] = [pairOf(outputPadding), pairOf(stride)];
  if (!(more[0] >= step[0] || more[1] >= step[1])) return undefined;
  return optionReason("outputPadding", "less than the stride", outputPadding, "outputPadding: 0, or a larger stride");
}

function sidesOf(padding: Sides): Conv2dAttrs["padding"] {
  if (typeof padding !== "number" && padding.length === 4) return padding;
  const [height, width] = pairOf(padding);
  return [height, height, width, width];
}
