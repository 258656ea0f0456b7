import type { TypedArray } from "@nn/tensor";

/** Intersection over union of boxes i and j of a flat `(n, 4)` array on the host. */
export function overlap(boxes: TypedArray, i: number, j: number): number {
  const width = Math.min(boxes[4 * i + 2], boxes[4 * j + 2]) - Math.max(boxes[4 * i], boxes[4 * j]);
  const height = Math.min(boxes[4 * i + 3], boxes[4 * j + 3]) - Math.max(boxes[4 * i + 1], boxes[4 * j + 1]);
  if (width <= 0 || height <= 0) return 0;
  const inside = width * height;
  return inside / (areaOf(boxes, i) + areaOf(boxes, j) - inside);
}

function areaOf(boxes: TypedArray, i: number): number {
  return (boxes[4 * i + 2] - boxes[4 * i]) * (boxes[4 * i + 3] - boxes[4 * i + 1]);
}
