import { type Tensor, tensor } from "@nn/tensor";

/** Start and end (exclusive) of each of `windows` windows over `size` elements; they overlap where it does not divide. */
export function adaptiveWindows(size: number, windows: number): (readonly [start: number, end: number])[] {
  return Array.from(
    { length: windows },
    (_, i) => [Math.floor((i * size) / windows), Math.ceil(((i + 1) * size) / windows)] as const,
  );
}

/** `(windows, size)`: row i holds 1 / length over the elements of window i. */
export function averaging(size: number, windows: number, like: Tensor): Tensor {
  const weights = new Float64Array(windows * size);
  adaptiveWindows(size, windows).forEach(([start, end], i) => {
    weights.fill(1 / (end - start), i * size + start, i * size + end);
  });
  return tensor(weights, { shape: [windows, size], dtype: like.dtype, backend: like.backend });
}
