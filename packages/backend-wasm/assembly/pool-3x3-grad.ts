// Gradients of pools of 3 × 3 windows (pool-3x3.ts). Like the pool they go in two steps: four places of the gradient are
// shared out among the three rows of their windows, and, when all windows that see a row have been met, the sum of each
// among its three elements. A strip adds to columns that its neighbours add to as well. At the edges it adds to a place of
// its own first, from which the columns inside the image are taken.
import { height, left, outHeight, outWidth, strideWidth, top, width } from "./frame";
import { maxGradPlane } from "./max-pool";
import { argument } from "./parallel";
import { divisors, outAt, planeAt, stripPitch, threadFrame } from "./pool-setup";
import { element0, element1, element2, firstElement, isInterior, lanesBelow, mayHaveNaN } from "./pool-strips";
import { laneMask, splat } from "./simd";

/** Adds the shares of the three elements of four windows to the row at z. */
// @ts-ignore: decorator
@inline function addRow(stride: i32, z: usize, a: v128, b: v128, c: v128): void {
  const zero = splat(0);
  if (stride == 1) {
    const early = f32x4.add(v128.shuffle<f32>(zero, b, 3, 4, 5, 6), v128.shuffle<f32>(zero, c, 2, 3, 4, 5));
    const late = f32x4.add(v128.shuffle<f32>(b, zero, 3, 4, 5, 6), v128.shuffle<f32>(c, zero, 2, 3, 4, 5));
    v128.store(z, f32x4.add(v128.load(z), f32x4.add(a, early)));
    v128.store64_lane(z, f32x4.add(v128.load64_zero(z, 16), late), 0, 16);
  } else {
    a = f32x4.add(a, v128.shuffle<f32>(zero, c, 3, 4, 5, 6));
    v128.store(z, f32x4.add(v128.load(z), v128.shuffle<f32>(a, b, 0, 4, 1, 5)));
    v128.store(z, f32x4.add(v128.load(z, 16), v128.shuffle<f32>(a, b, 2, 6, 3, 7)), 16);
    store<f32>(z, load<f32>(z, 32) + f32x4.extract_lane(c, 3), 32);
  }
}
/**
 * What lies outside: minus infinity, to which nothing loses, so it never wins; but NaN before the image (above it and to
 * the left), to which nothing loses either: where all are minus infinity, the first inside wins.
 */
// @ts-ignore: decorator
@inline function outside(isEdge: bool, column: i32, stride: i32): v128 {
  if (!isEdge) return splat(0);
  const before = lanesBelow(column, stride, 0);
  const after = v128.andnot(splat(-Infinity), lanesBelow(column, stride, width()));
  return v128.or(before, after);
}
/** All ones where an element is inside. */
// @ts-ignore: decorator
@inline function inside(isEdge: bool, column: i32, stride: i32): v128 {
  return isEdge ? v128.andnot(lanesBelow(column, stride, width()), lanesBelow(column, stride, 0)) : splat(0);
}
// @ts-ignore: decorator
@inline function limit(isEdge: bool, v: v128, i: v128, o: v128): v128 {
  return isEdge ? v128.or(v128.and(v, i), o) : v;
}
/** The larger, and b where a is NaN. */
// @ts-ignore: decorator
@inline function larger(a: v128, b: v128): v128 {
  return f32x4.pmax(b, a);
}

// @ts-ignore: decorator
@inline function strip(
  isMax: bool, isEdge: bool, stride: i32, x: usize, column: i32, g: usize, target: usize, targetPitch: usize,
): void {
  const first = firstElement(column), h = height();
  const i0 = inside(isEdge, first, stride), o0 = outside(isEdge, first, stride);
  const i1 = inside(isEdge, first + 1, stride), o1 = outside(isEdge, first + 1, stride);
  const i2 = inside(isEdge, first + 2, stride), o2 = outside(isEdge, first + 2, stride);
  const lanes = laneMask(outWidth() - column);
  const down = <usize>width() << 2, pitch = <usize>outWidth() << 2;
  const end = g + <usize>outHeight() * pitch;
  // The row of the image that the windows begin in, there and in the target.
  let row = -top();
  let p = x + (<usize>(row * width() + first) << 2);
  let z = target + <usize>row * targetPitch;
  let divisor = divisors() + (<usize>column << 2);
  g += <usize>column << 2;
  // Largest elements across, of this row and the next; sums of gradient so far.
  let a = largest(isMax, isEdge, stride, row, p, i0, i1, i2, o0, o1, o2);
  let b = stride == 1 ? largest(isMax, isEdge, stride, row + 1, p + down, i0, i1, i2, o0, o1, o2) : splat(0);
  let sum = splat(0), next = splat(0);
  for (; g < end; g += pitch) {
    let share = v128.load(g);
    if (!isMax) share = f32x4.div(share, v128.load(divisor));
    if (isEdge) share = v128.and(share, lanes);
    let share0 = share, share1 = share, share2 = share;
    if (isMax) {
      if (stride == 2) b = largest(isMax, isEdge, stride, row + 1, p + down, i0, i1, i2, o0, o1, o2);
      const c = largest(isMax, isEdge, stride, row + 2, p + 2 * down, i0, i1, i2, o0, o1, o2);
      const lost1 = f32x4.le(b, a), lost2 = f32x4.le(c, larger(a, b));
      const rest = v128.and(share, lost2);
      share0 = v128.and(rest, lost1);
      share1 = v128.andnot(rest, lost1);
      share2 = v128.andnot(share, lost2);
      if (stride == 1) {
        a = b;
        b = c;
      } else a = c;
    } else divisor += pitch;
    sum = f32x4.add(sum, share0);
    if (<u32>row < <u32>h) spread(isMax, isEdge, stride, p, z, sum, i0, i1, i2, o0, o1, o2);
    row++;
    p += down;
    z += targetPitch;
    if (stride == 1) {
      sum = f32x4.add(next, share1);
      next = share2;
    } else {
      if (<u32>row < <u32>h) spread(isMax, isEdge, stride, p, z, share1, i0, i1, i2, o0, o1, o2);
      sum = share2;
      row++;
      p += down;
      z += targetPitch;
    }
  }
  if (<u32>row < <u32>h) spread(isMax, isEdge, stride, p, z, sum, i0, i1, i2, o0, o1, o2);
  if (stride == 1 && <u32>(row + 1) < <u32>h) {
    spread(isMax, isEdge, stride, p + down, z + targetPitch, next, i0, i1, i2, o0, o1, o2);
  }
}
/** The largest of three elements across. */
// @ts-ignore: decorator
@inline function largest(
  isMax: bool, isEdge: bool, stride: i32, row: i32, p: usize, i0: v128, i1: v128, i2: v128, o0: v128, o1: v128, o2: v128,
): v128 {
  if (!isMax) return splat(0);
  let v = splat(-Infinity);
  if (row < 0) v = splat(NaN);
  else if (row < height()) {
    v = larger(limit(isEdge, element0(stride, p), i0, o0), limit(isEdge, element1(stride, p), i1, o1));
    v = larger(v, limit(isEdge, element2(stride, p), i2, o2));
  }
  return v;
}
/** Shares the gradient of a row out among three elements across. Again the last wins that does not lose to those before. */
// @ts-ignore: decorator
@inline function spread(
  isMax: bool, isEdge: bool, stride: i32, p: usize, z: usize, g: v128, i0: v128, i1: v128, i2: v128,
  o0: v128, o1: v128, o2: v128,
): void {
  if (isMax) {
    const a = limit(isEdge, element0(stride, p), i0, o0), b = limit(isEdge, element1(stride, p), i1, o1);
    const lost1 = f32x4.le(b, a), lost2 = f32x4.le(limit(isEdge, element2(stride, p), i2, o2), larger(a, b));
    const rest = v128.and(g, lost2);
    addRow(stride, z, v128.and(rest, lost1), v128.andnot(rest, lost1), v128.andnot(g, lost2));
  } else addRow(stride, z, g, g, g);
}

function maxStrip1(x: usize, column: i32, g: usize, z: usize): void {
  strip(true, false, 1, x, column, g, z, <usize>width() << 2);
}
function maxStrip2(x: usize, column: i32, g: usize, z: usize): void {
  strip(true, false, 2, x, column, g, z, <usize>width() << 2);
}
function maxEdge1(x: usize, column: i32, g: usize, side: usize): void {
  strip(true, true, 1, x, column, g, side, stripPitch);
}
function maxEdge2(x: usize, column: i32, g: usize, side: usize): void {
  strip(true, true, 2, x, column, g, side, stripPitch);
}
function averageStrip1(column: i32, g: usize, z: usize): void {
  strip(false, false, 1, 0, column, g, z, <usize>width() << 2);
}
function averageStrip2(column: i32, g: usize, z: usize): void {
  strip(false, false, 2, 0, column, g, z, <usize>width() << 2);
}
function averageEdge1(column: i32, g: usize, side: usize): void {
  strip(false, true, 1, 0, column, g, side, stripPitch);
}
function averageEdge2(column: i32, g: usize, side: usize): void {
  strip(false, true, 2, 0, column, g, side, stripPitch);
}

/** Adds what a strip at an edge gathered to the columns inside the image. */
function addSide(side: usize, first: i32, z: usize): void {
  const w = width();
  const from = max(0, -first), to = min(3 * strideWidth() + 3, w - first);
  z += <usize>first << 2;
  for (let y = height(); y > 0; y--, side += stripPitch, z += <usize>w << 2) {
    for (let i = from; i < to; i++) {
      const at = <usize>i << 2;
      store<f32>(z + at, load<f32>(z + at) + load<f32>(side + at));
    }
  }
}

export function max3x3GradJob(from: i32, to: i32, thread: i32): void {
  const side = threadFrame(thread);
  for (let plane = from; plane < to; plane++) {
    if (mayHaveNaN(planeAt(<usize>argument(0), plane))) maxGradPlane(plane, thread);
    else gradPlane(true, plane, side);
  }
}
export function average3x3GradJob(from: i32, to: i32, thread: i32): void {
  const side = threadFrame(thread);
  for (let plane = from; plane < to; plane++) gradPlane(false, plane, side);
}
// @ts-ignore: decorator
@inline function gradPlane(isMax: bool, plane: i32, side: usize): void {
  const x = planeAt(<usize>argument(0), plane), z = planeAt(<usize>argument(2), plane);
  const g = outAt(<usize>argument(1), plane);
  const stride = strideWidth();
  memory.fill(z, 0, <usize>(height() * width()) << 2);
  for (let column = 0; column < outWidth(); column += 4) {
    const first = firstElement(column);
    if (column + 4 <= outWidth() && isInterior(column)) {
      const t = z + (<usize>first << 2);
      if (isMax) stride == 1 ? maxStrip1(x, column, g, t) : maxStrip2(x, column, g, t);
      else stride == 1 ? averageStrip1(column, g, t) : averageStrip2(column, g, t);
    } else {
      memory.fill(side, 0, <usize>(height() * stripPitch));
      if (isMax) stride == 1 ? maxEdge1(x, column, g, side) : maxEdge2(x, column, g, side);
      else stride == 1 ? averageEdge1(column, g, side) : averageEdge2(column, g, side);
      addSide(side, first, z);
    }
  }
}
