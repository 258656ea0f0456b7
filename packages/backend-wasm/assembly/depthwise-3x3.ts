// Windows of 3 × 3 without stride or dilation over a plane, the most frequent depthwise kind. A strip of four columns
// goes down the plane: each row of input is loaded once (at three offsets) and goes into the three rows of output, or
// the three rows of the window, that see it; what is not finished stays in registers. Padding of one place is no memory:
// masks for its columns, and other steps for its rows. The last strip goes back over columns that are done where they
// are no multiple of four. One strip a function: in nested loops the engine would unroll it, and run out of registers.
import {
  dilationHeight, dilationWidth, height, kernelHeight, kernelWidth, left, outHeight, outWidth, strideHeight,
  strideWidth, top, width,
} from "./frame";
import { laneMask, multiplyAdd } from "./simd";

/** Padding of at most one place, and at least a strip and two rows. */
export function suits3x3(): bool {
  const isPlain = strideHeight() == 1 && strideWidth() == 1 && dilationHeight() == 1 && dilationWidth() == 1;
  return isPlain && kernelHeight() == 3 && kernelWidth() == 3 && outWidth() >= 4 && outHeight() >= 2 &&
    <u32>top() <= 1 && <u32>left() <= 1 && bottom() <= 1 && right() <= 1;
}
/** Padding below and to the right; negative where windows do not reach the end. */
// @ts-ignore: decorator
@inline export function bottom(): i32 {
  return outHeight() + 2 - height() - top();
}
// @ts-ignore: decorator
@inline function right(): i32 {
  return outWidth() + 2 - width() - left();
}

/** How many strips there are. */
// @ts-ignore: decorator
@inline export function strips(): i32 {
  return outWidth() + 3 >> 2;
}
/** First column of a strip. */
// @ts-ignore: decorator
@inline export function firstColumn(strip: i32): i32 {
  return min(strip << 2, outWidth() - 4);
}
/** Which lanes of the left and of the right elements of windows lie inside the image. */
// @ts-ignore: decorator
@inline export function leftMask(column: i32): v128 {
  return v128.not(laneMask(column == 0 ? left() : 0));
}
// @ts-ignore: decorator
@inline export function rightMask(column: i32): v128 {
  return laneMask(column == outWidth() - 4 && right() == 1 ? 3 : 4);
}

/** One output plane: max(start + Σ w · x, floor). Weights are `step` bytes apart: backwards, the rotated convolution. */
export function slide3x3(x: usize, w: usize, step: i32, start: f32, floor: f32, y: usize): void {
  const isPlain = start == 0 && floor == -Infinity;
  x -= <usize>left() << 2;
  for (let i = 0; i < strips(); i++) {
    const column = firstColumn(i);
    const at = <usize>column << 2;
    const ml = leftMask(column), mr = rightMask(column);
    if (isPlain) plainStrip(x + at, w, step, ml, mr, y + at);
    else strip(true, x + at, w, step, start, floor, ml, mr, y + at);
  }
}
function plainStrip(x: usize, w: usize, step: i32, ml: v128, mr: v128, y: usize): void {
  strip(false, x, w, step, 0, 0, ml, mr, y);
}
// @ts-ignore: decorator
@inline function dot(u0: v128, u1: v128, u2: v128, v0: v128, v1: v128, v2: v128): v128 {
  return multiplyAdd(u2, v2, multiplyAdd(u1, v1, f32x4.mul(u0, v0)));
}
// @ts-ignore: decorator
@inline function finish(change: bool, v: v128, start: f32, floor: f32): v128 {
  return change ? f32x4.pmax(f32x4.add(v, f32x4.splat(start)), f32x4.splat(floor)) : v;
}
// @ts-ignore: decorator
@inline function strip(
  change: bool, x: usize, w: usize, step: i32, start: f32, floor: f32, ml: v128, mr: v128, y: usize,
): void {
  const w0 = v128.load32_splat(w), w1 = v128.load32_splat(w + step), w2 = v128.load32_splat(w + 2 * step);
  const w3 = v128.load32_splat(w + 3 * step), w4 = v128.load32_splat(w + 4 * step), w5 = v128.load32_splat(w + 5 * step);
  const w6 = v128.load32_splat(w + 6 * step), w7 = v128.load32_splat(w + 7 * step), w8 = v128.load32_splat(w + 8 * step);
  const down = <usize>width() << 2, across = <usize>outWidth() << 2;
  const isPadded = bottom() == 1;
  // Two rows of output are under way: a lacks one row of input, b two.
  let a = f32x4.splat(0);
  if (top() == 0) {
    a = dot(w0, w1, w2, v128.and(v128.load(x), ml), v128.load(x, 4), v128.and(v128.load(x, 8), mr));
    x += down;
  }
  let v0 = v128.and(v128.load(x), ml), v1 = v128.load(x, 4), v2 = v128.and(v128.load(x, 8), mr);
  a = f32x4.add(a, dot(w3, w4, w5, v0, v1, v2));
  let b = dot(w0, w1, w2, v0, v1, v2);
  for (let rows = outHeight() - i32(isPadded); rows > 0; rows--) {
    x += down;
    v0 = v128.and(v128.load(x), ml);
    v1 = v128.load(x, 4);
    v2 = v128.and(v128.load(x, 8), mr);
    v128.store(y, finish(change, f32x4.add(a, dot(w6, w7, w8, v0, v1, v2)), start, floor));
    a = f32x4.add(b, dot(w3, w4, w5, v0, v1, v2));
    b = dot(w0, w1, w2, v0, v1, v2);
    y += across;
  }
  if (isPadded) v128.store(y, finish(change, a, start, floor));
}
