// What softmax and its relatives do with a row. It is shifted by its largest element; exponentials are summed in f32 over
// at most 512 elements, and the blocks in f64. Sixteen elements at a time: one exponential is a long chain, and four of
// them side by side fill the time it waits.
import { expBelow } from "./math";
import { horizontalSum, laneMask, splat, storeLanes } from "./simd";

/** The largest element that is no NaN (one shows in the sum): `pmax` is one instruction, `max` with its NaN is eight. */
export function largest(x: usize, n: i32): f32 {
  let a = splat(-Infinity);
  let b = a, c = a, d = a;
  for (; n >= 16; n -= 16, x += 64) {
    a = f32x4.pmax(a, v128.load(x));
    b = f32x4.pmax(b, v128.load(x, 16));
    c = f32x4.pmax(c, v128.load(x, 32));
    d = f32x4.pmax(d, v128.load(x, 48));
  }
  for (; n >= 4; n -= 4, x += 16) a = f32x4.pmax(a, v128.load(x));
  if (n > 0) b = f32x4.pmax(b, v128.bitselect(v128.load(x), b, laneMask(n)));
  a = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
  a = f32x4.pmax(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1));
}

/** Σ e^(x - top); the terms are kept in z when `keep`. */
// @ts-ignore: decorator
@inline function exponentials(keep: bool, x: usize, z: usize, n: i32, top: f32): f64 {
  let total: f64 = 0;
  const shift = splat(top);
  while (n > 0) {
    let a = splat(0);
    let m = min(n, 512);
    n -= m;
    for (; m >= 16; m -= 16, x += 64) {
      const e0 = expBelow(f32x4.sub(v128.load(x), shift)), e1 = expBelow(f32x4.sub(v128.load(x, 16), shift));
      const e2 = expBelow(f32x4.sub(v128.load(x, 32), shift)), e3 = expBelow(f32x4.sub(v128.load(x, 48), shift));
      a = f32x4.add(a, f32x4.add(f32x4.add(e0, e1), f32x4.add(e2, e3)));
      if (keep) {
        v128.store(z, e0);
        v128.store(z, e1, 16);
        v128.store(z, e2, 32);
        v128.store(z, e3, 48);
        z += 64;
      }
    }
    for (; m >= 4; m -= 4, x += 16) {
      const u = expBelow(f32x4.sub(v128.load(x), shift));
      a = f32x4.add(a, u);
      if (keep) {
        v128.store(z, u);
        z += 16;
      }
    }
    if (m > 0) {
      const u = v128.and(expBelow(f32x4.sub(v128.load(x), shift)), laneMask(m));
      a = f32x4.add(a, u);
      if (keep) storeLanes(z, u, m);
    }
    total += horizontalSum(a);
  }
  return total;
}

export function keptExponentials(x: usize, z: usize, n: i32, top: f32): f64 {
  return exponentials(true, x, z, n, top);
}
export function sumOfExponentials(x: usize, n: i32, top: f32): f64 {
  return exponentials(false, x, 0, n, top);
}

export function scale(z: usize, n: i32, factor: f32): void {
  const f = splat(factor);
  for (; n >= 4; n -= 4, z += 16) v128.store(z, f32x4.mul(v128.load(z), f));
  if (n > 0) storeLanes(z, f32x4.mul(v128.load(z), f), n);
}
