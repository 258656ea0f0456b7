import { ownedBy } from "@nn/layers";
import { type Padding, type PadMode, pad, type Tensor } from "@nn/tensor";

/** What the padding of a layer holds, in PyTorch's words. */
export type PaddingMode = "zeros" | PadMode;

/** Padding that is not of zeros: put around the input before the convolution, which then has none. */
export interface Frame {
  readonly mode: PadMode;
  /** For each axis, batch and channels included. */
  readonly padding: readonly Padding[];
}

/** The frame for sides that stand before and after each axis in turn; undefined for zeros, which kernels add. */
export function frameOf(mode: PaddingMode | undefined, sides: readonly number[]): Frame | undefined {
  if (mode === undefined || mode === "zeros" || sides.every((side) => side === 0)) return undefined;
  const axes = Array.from({ length: sides.length / 2 }, (_, i) => [sides[2 * i], sides[2 * i + 1]] as const);
  return { mode, padding: [[0, 0], [0, 0], ...axes] };
}

/** The input with its frame. An input of another rank stays as it is: the convolution says what is wrong. */
export function framed(x: Tensor, frame: Frame | undefined, owner: object): Tensor {
  if (frame === undefined || x.rank !== frame.padding.length) return x;
  return ownedBy(owner, () => pad(x, frame.padding, { mode: frame.mode }));
}
