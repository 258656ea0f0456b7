import type { Conv2dAttrs, FusedActivation } from "@nn/tensor";
import { optionReason, type Pair, pairOf, pairReason } from "../shared/pair.js";
import { noOperands, type Reason, throwReasons } from "../shared/reasons.js";
import { spanOf } from "../shared/windows.js";
import { paddingReason, sidesOf } from "./padding.js";

/**
 * Zeros around an image: a number for all sides, `[height, width]`, `[top, bottom, left, right]`, none (`"valid"`), or
 * as many as keep the size (`"same"`, with the odd one at the end, as in PyTorch).
 */
export type Conv2dPadding =
  | Pair
  | readonly [top: number, bottom: number, left: number, right: number]
  | "same"
  | "valid";

/** What a convolution is besides its operands. */
export interface Conv2dAttrsOptions {
  /** Distance between windows. Default 1. */
  readonly stride?: Pair;
  /** Default 0. */
  readonly padding?: Conv2dPadding;
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: Pair;
  /** Channels are split into so many groups that do not see each other. Default 1. */
  readonly groups?: number;
  /** Applied to the result, in the same kernel where the backend has it. Default `"none"`. */
  readonly activation?: FusedActivation;
}

/** The kernel's attributes; throws one error with all options that do not fit. */
export function conv2dAttrs(
  where: string,
  kernelSize: readonly [number, number],
  options: Conv2dAttrsOptions,
  owner?: object,
): Conv2dAttrs {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, activation = "none" } = options;
  const reasons = [
    pairReason("stride", stride, 1),
    paddingReason(padding, pairOf(stride)),
    pairReason("dilation", dilation, 1),
    groupsReason(groups),
    activationReason(activation),
  ];
  throwReasons(where, noOperands, reasons, owner);
  const spacing = pairOf(dilation);
  const reach = kernelSize.map((size, axis) => spanOf(size, spacing[axis]) - 1);
  const [top, bottom, left, right] = sidesOf(padding, reach);
  return { stride: pairOf(stride), padding: [top, bottom, left, right], dilation: spacing, groups, activation };
}

const activations: readonly string[] = ["none", "relu", "tanh", "sigmoid"] satisfies FusedActivation[];

/** The reason why the groups are no count. */
export function groupsReason(groups: number): Reason | undefined {
  if (Number.isInteger(groups) && groups >= 1) return undefined;
  return optionReason("groups", "an integer of 1 or more", groups, "groups: 1");
}

/** The reason why the activation is none that kernels apply. */
export function activationReason(activation: string): Reason | undefined {
  if (activations.includes(activation)) return undefined;
  const fix = 'activation: "none", and apply the other as a layer';
  return optionReason("activation", `one of ${activations.join(", ")}`, activation, fix);
}
