import type { FusedActivation } from "@nn/tensor";
import { type Triple, tripleOf, tripleReason } from "../shared/pair.js";
import { noOperands, throwReasons } from "../shared/reasons.js";
import { spanOf } from "../shared/windows.js";
import { activationReason, groupsReason } from "./conv2d-attrs.js";
import { paddingReason, sidesOf } from "./padding.js";

/**
 * Zeros around a volume: a number for all sides, `[depth, height, width]`, `[front, back, top, bottom, left, right]`,
 * none (`"valid"`), or as many as keep the size (`"same"`, with the odd one at the end, as in PyTorch).
 */
export type Conv3dPadding =
  | Triple
  | readonly [front: number, back: number, top: number, bottom: number, left: number, right: number]
  | "same"
  | "valid";

/** What a convolution of volumes is besides its operands. */
export interface Conv3dAttrsOptions {
  /** Distance between windows. Default 1. */
  readonly stride?: Triple;
  /** Default 0. */
  readonly padding?: Conv3dPadding;
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: Triple;
  /** Channels are split into so many groups that do not see each other. Default 1. */
  readonly groups?: number;
  /** Applied to the result, in the same kernel where the backend has it. Default `"none"`. */
  readonly activation?: FusedActivation;
}

/** Stride and dilation are `[depth, height, width]`; padding stands before and after each of them in turn. */
export interface Conv3dAttrs {
  readonly stride: readonly [number, number, number];
  readonly padding: readonly number[];
  readonly dilation: readonly [number, number, number];
  readonly groups: number;
  readonly activation: FusedActivation;
}

/** Throws one error with all options that do not fit. */
export function conv3dAttrs(
  where: string,
  kernelSize: readonly [number, number, number],
  options: Conv3dAttrsOptions,
  owner?: object,
): Conv3dAttrs {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, activation = "none" } = options;
  const reasons = [
    tripleReason("stride", stride, 1),
    paddingReason(padding, tripleOf(stride)),
    tripleReason("dilation", dilation, 1),
    groupsReason(groups),
    activationReason(activation),
  ];
  throwReasons(where, noOperands, reasons, owner);
  const spacing = tripleOf(dilation);
  const reach = kernelSize.map((size, axis) => spanOf(size, spacing[axis]) - 1);
  return { stride: tripleOf(stride), padding: sidesOf(padding, reach), dilation: spacing, groups, activation };
}
