import type { TypedArray } from "@nn/backend";
import { panelA, panelB } from "./scratch.js";

/**
 * `C = A · B`, or `C += A · B`, of the packed block of A (`m` rows) and the packed block of B (`n` columns), both `k`
 * deep. C has its rows `row` apart and its columns side by side.
 */
export function multiplyPanels(
  m: number, n: number, k: number, c: TypedArray, o: number, row: number, accumulate: boolean,
): void {
  for (let j = 0; j < n; j += 2) {
    const right = j + 1 < n;
    for (let i = 0; i < m; i += 2) {
      tile(i * k, j * k, k, c, o + i * row + j, row, right, i + 1 < m, accumulate);
    }
  }
}

/** A tile of 2 × 2: larger ones have fewer loads, but the engine spills their sums to the stack. */
function tile(
  a: number, b: number, k: number, c: TypedArray, o: number, row: number,
  right: boolean, below: boolean, accumulate: boolean,
): void {
  let c00 = 0;
  let c01 = 0;
  let c10 = 0;
  let c11 = 0;
  for (const end = a + 2 * k; a < end; a += 2, b += 2) {
    const b0 = panelB[b];
    const b1 = panelB[b + 1];
    const a0 = panelA[a];
    c00 += a0 * b0;
    c01 += a0 * b1;
    const a1 = panelA[a + 1];
    c10 += a1 * b0;
    c11 += a1 * b1;
  }
  if (accumulate) {
    c[o] += c00;
    if (right) c[o + 1] += c01;
    if (below) c[o + row] += c10;
    if (below && right) c[o + row + 1] += c11;
  } else {
    c[o] = c00;
    if (right) c[o + 1] = c01;
    if (below) c[o + row] = c10;
    if (below && right) c[o + row + 1] = c11;
  }
}
