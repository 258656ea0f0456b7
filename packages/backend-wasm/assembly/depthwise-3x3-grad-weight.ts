// Gradient of a weight of 3 × 3: the strips of depthwise-3x3.ts, with the nine sums in registers and the three rows of
// the output's gradient that see a row of input.
import { bottom, firstColumn, leftMask, rightMask, strips } from "./depthwise-3x3";
import { left, outHeight, outWidth, top, width } from "./frame";
import { horizontalSum, laneMask, multiplyAdd, splat } from "./simd";

/**
 * Adds Σ g · x over a plane, for each element of the window, to nine vectors of sums. Lanes that met padding, or that
 * a strip before has done, are left out at the end: nothing is multiplied by 0, so that an infinity stays one.
 */
export function correlate3x3(x: usize, g: usize, sums: usize): void {
  x -= <usize>left() << 2;
  for (let i = 0; i < strips(); i++) {
    const column = firstColumn(i);
    const at = <usize>column << 2;
    const isNew = v128.not(laneMask((i << 2) - column));
    strip(x + at, g + at, v128.and(isNew, leftMask(column)), isNew, v128.and(isNew, rightMask(column)), sums);
  }
}
function strip(x: usize, g: usize, ml: v128, mc: v128, mr: v128, sums: usize): void {
  const down = <usize>width() << 2, across = <usize>outWidth() << 2;
  let s0 = splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0;
  // The rows of g that see the row of x at the bottom of their windows (a), in the middle (b), at the top (c).
  let a = v128.load(g);
  if (top() == 0) {
    s0 = f32x4.mul(a, v128.load(x));
    s1 = f32x4.mul(a, v128.load(x, 4));
    s2 = f32x4.mul(a, v128.load(x, 8));
    x += down;
  }
  g += across;
  let b = v128.load(g);
  let v0 = v128.load(x), v1 = v128.load(x, 4), v2 = v128.load(x, 8);
  s3 = f32x4.mul(a, v0); s4 = f32x4.mul(a, v1); s5 = f32x4.mul(a, v2);
  s0 = multiplyAdd(b, v0, s0); s1 = multiplyAdd(b, v1, s1); s2 = multiplyAdd(b, v2, s2);
  for (let rows = outHeight() - 2; rows > 0; rows--) {
    x += down;
    v0 = v128.load(x); v1 = v128.load(x, 4); v2 = v128.load(x, 8);
    // The oldest row first: in the opposite order a sum would be kept in memory.
    s6 = multiplyAdd(a, v0, s6); s7 = multiplyAdd(a, v1, s7); s8 = multiplyAdd(a, v2, s8);
    s3 = multiplyAdd(b, v0, s3); s4 = multiplyAdd(b, v1, s4); s5 = multiplyAdd(b, v2, s5);
    g += across;
    const c = v128.load(g);
    s0 = multiplyAdd(c, v0, s0); s1 = multiplyAdd(c, v1, s1); s2 = multiplyAdd(c, v2, s2);
    a = b;
    b = c;
  }
  x += down;
  v0 = v128.load(x); v1 = v128.load(x, 4); v2 = v128.load(x, 8);
  s6 = multiplyAdd(a, v0, s6); s7 = multiplyAdd(a, v1, s7); s8 = multiplyAdd(a, v2, s8);
  s3 = multiplyAdd(b, v0, s3); s4 = multiplyAdd(b, v1, s4); s5 = multiplyAdd(b, v2, s5);
  if (bottom() != 1) {
    x += down;
    s6 = multiplyAdd(b, v128.load(x), s6); s7 = multiplyAdd(b, v128.load(x, 4), s7);
    s8 = multiplyAdd(b, v128.load(x, 8), s8);
  }
  add(sums, s0, ml); add(sums + 16, s1, mc); add(sums + 32, s2, mr);
  add(sums + 48, s3, ml); add(sums + 64, s4, mc); add(sums + 80, s5, mr);
  add(sums + 96, s6, ml); add(sums + 112, s7, mc); add(sums + 128, s8, mr);
}
// @ts-ignore: decorator
@inline function add(sum: usize, v: v128, mask: v128): void {
  v128.store(sum, f32x4.add(v128.load(sum), v128.and(v, mask)));
}
/** The nine sums. */
export function sum3x3(sums: usize, dw: usize): void {
  for (let t = 0; t < 9; t++, sums += 16, dw += 4) store<f32>(dw, horizontalSum(v128.load(sums)));
}
