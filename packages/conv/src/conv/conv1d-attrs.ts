import type { Conv2dAttrs, FusedActivation } from "@nn/tensor";
import { countReason, optionReason } from "../shared/pair.js";
import { noOperands, type Reason, throwReasons } from "../shared/reasons.js";
import { spanOf } from "../shared/windows.js";
import { activationReason, groupsReason } from "./conv2d-attrs.js";

/**
 * Zeros around a sequence: a number for both ends, `[left, right]`, none (`"valid"`), as many as keep the length
 * (`"same"`, with the odd one at the end, as in PyTorch), or all of these at the start (`"causal"`: no output sees what
 * comes after it).
 */
export type Conv1dPadding = number | readonly [left: number, right: number] | "same" | "valid" | "causal";

/** What a convolution of sequences is besides its operands. */
export interface Conv1dAttrsOptions {
  /** Distance between windows. Default 1. */
  readonly stride?: number;
  /** Default 0. */
  readonly padding?: Conv1dPadding;
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: number;
  /** Channels are split into so many groups that do not see each other. Default 1. */
  readonly groups?: number;
  /** Applied to the result, in the same kernel where the backend has it. Default `"none"`. */
  readonly activation?: FusedActivation;
}

/** The attributes of the same convolution of images of height 1; throws one error with all options that do not fit. */
export function conv1dAttrs(
  where: string,
  kernelSize: number,
  options: Conv1dAttrsOptions,
  owner?: object,
): Conv2dAttrs {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, activation = "none" } = options;
  const reasons = [
    countReason("stride", stride, 1),
    paddingReason(padding, stride),
    countReason("dilation", dilation, 1),
    groupsReason(groups),
    activationReason(activation),
  ];
  throwReasons(where, noOperands, reasons, owner);
  const [left, right] = endsOf(padding, spanOf(kernelSize, dilation) - 1);
  return { stride: [1, stride], padding: [0, 0, left, right], dilation: [1, dilation], groups, activation };
}

function paddingReason(padding: Conv1dPadding, stride: number): Reason | undefined {
  if (padding === "valid" || padding === "causal") return undefined;
  if (padding === "same") {
    // PyTorch's rule: with a stride there is no length to keep.
    if (stride === 1) return undefined;
    return optionReason("padding", '"same" only with stride 1', padding, "padding: a number, or stride: 1");
  }
  const ends: readonly number[] = typeof padding === "number" ? [padding, padding] : padding;
  const fits = Array.isArray(ends) && ends.length === 2;
  if (fits && ends.every((end) => Number.isInteger(end) && end >= 0)) return undefined;
  const expected = 'an integer of 0 or more, two of them, "same", "valid" or "causal"';
  return optionReason("padding", expected, padding, "padding: 0");
}

/** `reach` is how much longer a window is than one element. */
function endsOf(padding: Conv1dPadding, reach: number): readonly [left: number, right: number] {
  if (typeof padding === "number") return [padding, padding];
  if (padding === "valid") return [0, 0];
  if (padding === "causal") return [reach, 0];
  return padding === "same" ? [Math.floor(reach / 2), Math.ceil(reach / 2)] : padding;
}
