import type { TypedArray } from "@nn/backend";
import { multiplyPanels } from "./multiply.js";
import { packColumns, packRows } from "./pack.js";
import { columns, depth, rows } from "./scratch.js";
import { vector } from "./vector.js";

/** Below this many multiplications, packing costs more than it saves. */
const small = 512;

/**
 * `C = A · B` for an `m × k` and a `k × n` matrix with any strides (`ar` from row to row, `ac` from column to column).
 * C is row-major with rows `cr` apart; `accumulate` adds to it.
 *
 * Blocks of B stay in the second-level cache while blocks of A pass; both are packed, so all transpositions run alike.
 */
export function gemm(
  m: number,
  n: number,
  k: number,
  a: TypedArray,
  ao: number,
  ar: number,
  ac: number,
  b: TypedArray,
  bo: number,
  br: number,
  bc: number,
  c: TypedArray,
  co: number,
  cr: number,
  accumulate: boolean,
): void {
  if (m === 1) {
    vector(n, k, b, bo, bc, br, a, ao, ac, c, co, 1, accumulate);
    return;
  }
  if (n === 1) {
    vector(m, k, a, ao, ar, ac, b, bo, br, c, co, cr, accumulate);
    return;
  }
  if (m * n * k <= small) {
    direct(m, n, k, a, ao, ar, ac, b, bo, br, bc, c, co, cr, accumulate);
    return;
  }
  for (let j = 0; j < n; j += columns) {
    const nn = Math.min(columns, n - j);
    for (let l = 0; l < k; l += depth) {
      const kk = Math.min(depth, k - l);
      packColumns(b, bo + j * bc + l * br, bc, br, nn, kk);
      for (let i = 0; i < m; i += rows) {
        const mm = Math.min(rows, m - i);
        packRows(a, ao + i * ar + l * ac, ar, ac, mm, kk);
        multiplyPanels(mm, nn, kk, c, co + i * cr + j, cr, accumulate || l > 0);
      }
    }
  }
}

/** One inner product after the other. */
function direct(
  m: number,
  n: number,
  k: number,
  a: TypedArray,
  ao: number,
  ar: number,
  ac: number,
  b: TypedArray,
  bo: number,
  br: number,
  bc: number,
  c: TypedArray,
  co: number,
  cr: number,
  accumulate: boolean,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let p = ao + i * ar;
      let q = bo + j * bc;
      let sum = accumulate ? c[co + i * cr + j] : 0;
      for (let l = 0; l < k; l++, p += ac, q += br) sum += a[p] * b[q];
      c[co + i * cr + j] = sum;
    }
  }
}
