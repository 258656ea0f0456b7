import type { TypedArray } from "@nn/backend";
import { Scratch } from "./scratch.js";

const totals = new Scratch();

/**
 * `C = M · v` for an `n × k` matrix whose lines are `line` apart and their elements `step`; C has elements `cs` apart.
 *
 * Memory is read in its own order: line by line where elements lie closer together than lines, else column by column,
 * with all sums kept at once.
 */
export function vector(
  n: number,
  k: number,
  x: TypedArray,
  p: number,
  line: number,
  step: number,
  v: TypedArray,
  q: number,
  vs: number,
  c: TypedArray,
  o: number,
  cs: number,
  accumulate: boolean,
): void {
  if (n < 8 || Math.abs(step) <= Math.abs(line)) {
    for (let i = 0; i < n; i++, p += line, o += cs) {
      let sum = accumulate ? c[o] : 0;
      for (let l = 0, a = p, b = q; l < k; l++, a += step, b += vs) sum += x[a] * v[b];
      c[o] = sum;
    }
    return;
  }
  const sums = totals.take(n);
  for (let i = 0; i < n; i++) sums[i] = accumulate ? c[o + i * cs] : 0;
  for (let l = 0; l < k; l++, p += step, q += vs) addScaled(sums, n, x, p, line, v[q]);
  for (let i = 0; i < n; i++) c[o + i * cs] = sums[i];
}

function addScaled(sums: Float64Array, n: number, x: TypedArray, p: number, s: number, factor: number): void {
  for (let i = 0; i < n; i++, p += s) sums[i] += factor * x[p];
}
