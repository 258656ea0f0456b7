// What the pools of 3 × 3 windows and their gradients share: strips of four places that go down a plane.
import {
  dilationHeight, dilationWidth, height, kernelHeight, kernelWidth, left, outWidth, strideHeight, strideWidth, width,
} from "./frame";
import { splat } from "./simd";

/** 3 × 3 without dilation, the same stride of 1 or 2 both ways, and at least a strip of places. */
export function suitsStrips(): bool {
  const isPlain = kernelHeight() == 3 && kernelWidth() == 3 && dilationHeight() == 1 && dilationWidth() == 1;
  return isPlain && strideHeight() == strideWidth() && strideWidth() <= 2 && outWidth() >= 4;
}
/** Column of the image that the first element of a window is in. */
// @ts-ignore: decorator
@inline export function firstElement(column: i32): i32 {
  return column * strideWidth() - left();
}
/** Whether all windows of a strip lie between the left and the right end of the image. */
// @ts-ignore: decorator
@inline export function isInterior(column: i32): bool {
  const first = firstElement(column);
  return first >= 0 && first + 3 * strideWidth() + 2 < width();
}
/** Whether a plane may have NaN: the sum of all is one. (Infinities of both signs give one too.) */
export function mayHaveNaN(x: usize): bool {
  let n = height() * width();
  let a = splat(0), b = splat(0), c = splat(0), d = splat(0);
  for (; n >= 16; n -= 16, x += 64) {
    a = f32x4.add(a, v128.load(x));
    b = f32x4.add(b, v128.load(x, 16));
    c = f32x4.add(c, v128.load(x, 32));
    d = f32x4.add(d, v128.load(x, 48));
  }
  for (; n > 0; n--, x += 4) a = f32x4.add(a, v128.load32_splat(x));
  a = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  return v128.any_true(f32x4.ne(a, a));
}

/** Four columns, a stride apart: lanes that lie below a limit. */
// @ts-ignore: decorator
@inline export function lanesBelow(column: i32, stride: i32, limit: i32): v128 {
  return i32x4.lt_s(i32x4.add(i32x4.splat(column), i32x4(0, stride, 2 * stride, 3 * stride)), i32x4.splat(limit));
}
/** Element 0, 1 or 2 of four windows that begin at p. */
// @ts-ignore: decorator
@inline export function element0(stride: i32, p: usize): v128 {
  return stride == 1 ? v128.load(p) : v128.shuffle<f32>(v128.load(p), v128.load(p, 16), 0, 2, 4, 6);
}
// @ts-ignore: decorator
@inline export function element1(stride: i32, p: usize): v128 {
  return stride == 1 ? v128.load(p, 4) : v128.shuffle<f32>(v128.load(p), v128.load(p, 16), 1, 3, 5, 7);
}
// @ts-ignore: decorator
@inline export function element2(stride: i32, p: usize): v128 {
  return stride == 1 ? v128.load(p, 8) : v128.shuffle<f32>(v128.load(p, 8), v128.load(p, 24), 0, 2, 4, 6);
}
