import { optionReason } from "../shared/pair.js";
import type { Reason } from "../shared/reasons.js";

/** Padding of a convolution over two or three axes, as the options give it. */
type Padding = number | readonly number[] | "same" | "valid";

/** The reason why a padding does not fit; `stride` has one number per axis. */
export function paddingReason(padding: Padding, stride: readonly number[]): Reason | undefined {
  if (padding === "valid") return undefined;
  if (padding === "same") {
    // PyTorch's rule: with a stride there is no size to keep.
    if (stride.every((step) => step === 1)) return undefined;
    return optionReason("padding", '"same" only with stride 1', padding, "padding: a number, or stride: 1");
  }
  if (sidesFit(padding, stride.length)) return undefined;
  const expected = `integers of 0 or more (one, ${lengths(stride.length)}), "same" or "valid"`;
  return optionReason("padding", expected, padding, "padding: 0");
}

/** The reason why an amount to cut or add at the sides does not fit. */
export function sidesReason(padding: number | readonly number[], axes: number): Reason | undefined {
  if (sidesFit(padding, axes)) return undefined;
  return optionReason("padding", `integers of 0 or more (one, ${lengths(axes)})`, padding, "padding: 0");
}

function sidesFit(padding: unknown, axes: number): boolean {
  const sides: unknown = typeof padding === "number" ? new Array(axes).fill(padding) : padding;
  if (!Array.isArray(sides) || (sides.length !== axes && sides.length !== 2 * axes)) return false;
  return sides.every((side) => Number.isInteger(side) && side >= 0);
}

const lengths = (axes: number) => (axes === 2 ? "two or four" : "three or six");

/** Padding before and after each axis in turn; `reach` is how much longer each window is than one element. */
export function sidesOf(padding: Padding, reach: readonly number[]): number[] {
  if (padding === "valid") return reach.flatMap(() => [0, 0]);
  if (padding === "same") return reach.flatMap((more) => [Math.floor(more / 2), Math.ceil(more / 2)]);
  if (typeof padding === "number") return reach.flatMap(() => [padding, padding]);
  return padding.length === reach.length ? padding.flatMap((side) => [side, side]) : [...padding];
}
