import { splat, storeLanes } from "./simd";

/** Writes a value of 4 bytes n times. */
export function fill32(y: usize, n: i32, value: f32): void {
  const v = splat(value);
  let i = 0;
  for (; i + 4 <= n; i += 4, y += 16) v128.store(y, v);
  if (i < n) storeLanes(y, v, n - i);
}
