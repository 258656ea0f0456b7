import type { Tensor } from "../core/tensor.js";
import { flip } from "./flip.js";
import { pad } from "./pad.js";
import { reshape } from "./reshape.js";

/** Undoes a slice: puts the elements back at `start`, `start + step`, … of an axis of the given size, zeros elsewhere. */
export function placeBack(g: Tensor, axis: number, start: number, step: number, size: number): Tensor {
  const length = g.shape[axis]!;
  let spread = step < 0 ? flip(g, axis) : g;
  const first = step < 0 && length > 0 ? start + (length - 1) * step : start;
  const stride = Math.abs(step);
  if (stride > 1 && length > 0) {
    // Each element is followed by stride - 1 zeros: pad a new dimension and merge it.
    const apart = reshape(spread, [...g.shape.slice(0, axis + 1), 1, ...g.shape.slice(axis + 1)]);
    const padded = pad(apart, onAxis(g.rank + 1, axis + 1, 0, stride - 1));
    spread = reshape(padded, [...g.shape.slice(0, axis), length * stride, ...g.shape.slice(axis + 1)]);
  }
  return pad(spread, onAxis(g.rank, axis, first, size - first - spread.shape[axis]!));
}

function onAxis(rank: number, axis: number, before: number, after: number): [number, number][] {
  return Array.from({ length: rank }, (_, i) => (i === axis ? [before, after] : [0, 0]));
}
