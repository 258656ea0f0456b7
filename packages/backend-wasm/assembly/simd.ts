// Small things that every kernel uses. Linear memory may be read past the end of a buffer (the heap keeps slack at its
// end), never written: tails are masked or stored lane by lane.

// @ts-ignore: decorator
@inline export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** Sum of the four lanes, in a fixed order. */
// @ts-ignore: decorator
@inline export function horizontalSum(v: v128): f32 {
  const t = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(t, 0) + f32x4.extract_lane(t, 1);
}

/** All ones in the first n lanes (n of 4 or more: in all). */
// @ts-ignore: decorator
@inline export function laneMask(n: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n));
}

/** Stores the first n (1 to 4, or more) lanes. */
// @ts-ignore: decorator
@inline export function storeLanes(p: usize, v: v128, n: i32): void {
  if (n >= 4) v128.store(p, v);
  else if (n == 3) {
    v128.store64_lane(p, v, 0);
    v128.store32_lane(p, v, 2, 8);
  } else if (n == 2) v128.store64_lane(p, v, 0);
  else v128.store32_lane(p, v, 0);
}

/** Stores the first n (1 to 16, or more) bytes. */
export function storeBytes(p: usize, v: v128, n: i32): void {
  if (n >= 16) {
    v128.store(p, v);
    return;
  }
  if (n & 8) {
    v128.store64_lane(p, v, 0);
    v = v128.shuffle<i64>(v, v, 1, 0);
    p += 8;
  }
  if (n & 4) {
    v128.store32_lane(p, v, 0);
    v = v128.shuffle<i32>(v, v, 1, 2, 3, 0);
    p += 4;
  }
  if (n & 2) {
    v128.store16_lane(p, v, 0);
    v = v128.shuffle<i16>(v, v, 1, 2, 3, 4, 5, 6, 7, 0);
    p += 2;
  }
  if (n & 1) v128.store8_lane(p, v, 0);
}

/** Four vectors of lane masks as sixteen bytes of 0 and 1. */
// @ts-ignore: decorator
@inline export function masksToBytes(a: v128, b: v128, c: v128, d: v128): v128 {
  const low = i16x8.narrow_i32x4_s(a, b);
  const high = i16x8.narrow_i32x4_s(c, d);
  return v128.and(i8x16.narrow_i16x8_s(low, high), i8x16.splat(1));
}

/** Four bytes of 0 and 1 as lane masks. */
// @ts-ignore: decorator
@inline export function bytesToMask(p: usize): v128 {
  const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(p)));
  return i32x4.ne(wide, i32x4.splat(0));
}

/** Copies bytes that do not overlap. */
// @ts-ignore: decorator
@inline export function copyBytes(target: usize, source: usize, n: usize): void {
  if (n > 1024) {
    memory.copy(target, source, n);
    return;
  }
  const end = target + (n & ~15);
  for (; target < end; target += 16, source += 16) v128.store(target, v128.load(source));
  if (n & 15) storeBytes(target, v128.load(source), <i32>n & 15);
}
