import type { TypedArray } from "@nn/backend";

/** Copies `n` elements, from `p` on in steps of `s`, to `o` on in steps of `t`. Converts as a store does. */
export function copyRow(x: TypedArray, p: number, s: number, z: TypedArray, o: number, t: number, n: number): void {
  // Below some dozens of elements the view costs more than it saves.
  if (s === 1 && t === 1 && n >= 48) z.set(x.subarray(p, p + n), o);
  else if (s === 0 && t === 1 && n >= 48) z.fill(x[p], o, o + n);
  else for (let i = 0; i < n; i++, p += s, o += t) z[o] = x[p];
}
