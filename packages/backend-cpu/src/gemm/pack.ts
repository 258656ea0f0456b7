import type { TypedArray } from "@nn/backend";

/**
 * Packs `n` lines of `k` elements in pairs: panel j holds elements of lines 2j and 2j + 1 alternating. Line i begins
 * at `p + i · line`, its elements are `step` apart. A missing last line is zero.
 */
export function packPairs(
  to: Float64Array, x: TypedArray, p: number, line: number, step: number, n: number, k: number,
): void {
  let o = 0;
  let i = 0;
  for (; i < n - 1; i += 2) {
    let a = p + i * line;
    let b = a + line;
    for (let j = 0; j < k; j++, a += step, b += step, o += 2) {
      to[o] = x[a];
      to[o + 1] = x[b];
    }
  }
  if (i === n) return;
  let a = p + i * line;
  for (let j = 0; j < k; j++, a += step, o += 2) {
    to[o] = x[a];
    to[o + 1] = 0;
  }
}

/**
 * Packs lines in pairs like `packPairs`, where line i begins at `p + lines[line + i]` and its element j is
 * `elements[element + j]` further. Windows of an image are packed with this, as rows or as columns.
 */
export function gatherPairs(
  to: Float64Array, x: Float64Array, p: number,
  lines: Int32Array, line: number, n: number, elements: Int32Array, element: number, k: number,
): void {
  let o = 0;
  let i = 0;
  for (; i < n - 1; i += 2) {
    const a = p + lines[line + i];
    const b = p + lines[line + i + 1];
    for (let j = 0; j < k; j++, o += 2) {
      const e = elements[element + j];
      to[o] = x[a + e];
      to[o + 1] = x[b + e];
    }
  }
  if (i === n) return;
  const a = p + lines[line + i];
  for (let j = 0; j < k; j++, o += 2) {
    to[o] = x[a + elements[element + j]];
    to[o + 1] = 0;
  }
}
