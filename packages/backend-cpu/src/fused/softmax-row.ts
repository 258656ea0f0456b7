import type { TypedArray } from "@nn/backend";
import { exp } from "../math.js";

/** The largest of `n` elements, NaN if there is one. */
export function largest(x: TypedArray, p: number, s: number, n: number): number {
  let top = -Infinity;
  for (let i = 0; i < n; i++, p += s) {
    const v = x[p];
    if (v > top || v !== v) top = v;
  }
  return top;
}

/** Σ exp(x − top). */
export function sumOfExponentials(x: TypedArray, p: number, s: number, n: number, top: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++, p += s) sum += exp(x[p] - top);
  return sum;
}
