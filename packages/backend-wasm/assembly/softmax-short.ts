// What softmax and its relatives do with four short rows, of which a lane holds one (short-rows.ts).
import { expBelow, log } from "./math";
import { splat } from "./simd";

/** The largest elements that are no NaN. */
export function largestOfLanes(t: usize, n: i32): v128 {
  let a = splat(-Infinity);
  let b = a;
  for (; n >= 2; n -= 2, t += 32) {
    a = f32x4.pmax(a, v128.load(t));
    b = f32x4.pmax(b, v128.load(t, 16));
  }
  if (n > 0) a = f32x4.pmax(a, v128.load(t));
  return f32x4.pmax(a, b);
}

/** Σ e^(x - top). The terms replace the elements when `keep`. */
// @ts-ignore: decorator
@inline function exponentials(keep: bool, t: usize, n: i32, top: v128): v128 {
  let a = splat(0);
  let b = a;
  for (; n >= 2; n -= 2, t += 32) {
    const u = expBelow(f32x4.sub(v128.load(t), top)), v = expBelow(f32x4.sub(v128.load(t, 16), top));
    a = f32x4.add(a, u);
    b = f32x4.add(b, v);
    if (keep) {
      v128.store(t, u);
      v128.store(t, v, 16);
    }
  }
  if (n > 0) {
    const u = expBelow(f32x4.sub(v128.load(t), top));
    a = f32x4.add(a, u);
    if (keep) v128.store(t, u);
  }
  return f32x4.add(a, b);
}

export function keptExponentialsOfLanes(t: usize, n: i32, top: v128): v128 {
  return exponentials(true, t, n, top);
}
export function logarithmsOfLanes(t: usize, n: i32, top: v128): v128 {
  return log(exponentials(false, t, n, top));
}

// @ts-ignore: decorator
@inline export function scaleLanes(t: usize, n: i32, factors: v128): void {
  for (; n > 0; n--, t += 16) v128.store(t, f32x4.mul(v128.load(t), factors));
}
