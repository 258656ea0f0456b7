// Pools of 3 × 3 windows, one or two places apart: the windows of ResNet's stem and of Inception's branches. A strip of
// four output columns goes down the plane: each row is reduced across (three elements of a window), then three such rows
// are reduced down, and what is not finished stays in registers. Padding is no memory: lanes outside the image are masked
// in the strips at the edges, and rows outside are constants. Largest elements are taken with an instruction that
// overlooks NaN, so planes with NaN go another way. One strip a function, as in depthwise-3x3.ts.
import { height, outHeight, outWidth, strideWidth, top, width } from "./frame";
import { maxPlane } from "./max-pool";
import { argument } from "./parallel";
import { divisors, outAt, planeAt } from "./pool-setup";
import { element0, element1, element2, firstElement, isInterior, lanesBelow, mayHaveNaN } from "./pool-strips";
import { splat } from "./simd";

// @ts-ignore: decorator
@inline function border(isMax: bool): v128 {
  return isMax ? splat(-Infinity) : splat(0);
}
/** The first of equal elements stays: zeros have signs. */
// @ts-ignore: decorator
@inline function join(isMax: bool, a: v128, b: v128): v128 {
  return isMax ? f32x4.pmax(a, b) : f32x4.add(a, b);
}
/** Three elements across; outside (o) they are the border. */
// @ts-ignore: decorator
@inline function across(isMax: bool, isEdge: bool, stride: i32, p: usize, o0: v128, o1: v128, o2: v128): v128 {
  let a = element0(stride, p), b = element1(stride, p), c = element2(stride, p);
  if (isEdge) {
    a = v128.bitselect(border(isMax), a, o0);
    b = v128.bitselect(border(isMax), b, o1);
    c = v128.bitselect(border(isMax), c, o2);
  }
  return join(isMax, join(isMax, a, b), c);
}

// @ts-ignore: decorator
@inline function strip(isMax: bool, isEdge: bool, stride: i32, x: usize, column: i32, z: usize): void {
  const first = firstElement(column), w = width(), h = height();
  const o0 = outside(isEdge, first, stride, w), o1 = outside(isEdge, first + 1, stride, w);
  const o2 = outside(isEdge, first + 2, stride, w);
  const down = <usize>w << 2, pitch = <usize>outWidth() << 2;
  const end = z + <usize>outHeight() * pitch;
  let row = -top();
  let p = x + (<usize>(row * w + first) << 2);
  let divisor = divisors() + (<usize>column << 2);
  z += <usize>column << 2;
  let a = <u32>row < <u32>h ? across(isMax, isEdge, stride, p, o0, o1, o2) : border(isMax);
  row++;
  p += down;
  let b = border(isMax);
  if (stride == 1) {
    if (<u32>row < <u32>h) b = across(isMax, isEdge, stride, p, o0, o1, o2);
    row++;
    p += down;
  }
  for (; z < end; z += pitch, row++, p += down) {
    if (stride == 2) {
      b = <u32>row < <u32>h ? across(isMax, isEdge, stride, p, o0, o1, o2) : border(isMax);
      row++;
      p += down;
    }
    const c = <u32>row < <u32>h ? across(isMax, isEdge, stride, p, o0, o1, o2) : border(isMax);
    const v = join(isMax, join(isMax, a, b), c);
    if (isMax) v128.store(z, v);
    else {
      v128.store(z, f32x4.div(v, v128.load(divisor)));
      divisor += pitch;
    }
    if (stride == 1) {
      a = b;
      b = c;
    } else a = c;
  }
}
// @ts-ignore: decorator
@inline function outside(isEdge: bool, column: i32, stride: i32, w: i32): v128 {
  return isEdge ? v128.not(v128.andnot(lanesBelow(column, stride, w), lanesBelow(column, stride, 0))) : splat(0);
}

function maxStrip1(x: usize, column: i32, z: usize): void {
  strip(true, false, 1, x, column, z);
}
function maxStrip2(x: usize, column: i32, z: usize): void {
  strip(true, false, 2, x, column, z);
}
function maxEdge1(x: usize, column: i32, z: usize): void {
  strip(true, true, 1, x, column, z);
}
function maxEdge2(x: usize, column: i32, z: usize): void {
  strip(true, true, 2, x, column, z);
}
function averageStrip1(x: usize, column: i32, z: usize): void {
  strip(false, false, 1, x, column, z);
}
function averageStrip2(x: usize, column: i32, z: usize): void {
  strip(false, false, 2, x, column, z);
}
function averageEdge1(x: usize, column: i32, z: usize): void {
  strip(false, true, 1, x, column, z);
}
function averageEdge2(x: usize, column: i32, z: usize): void {
  strip(false, true, 2, x, column, z);
}

export function max3x3Job(from: i32, to: i32, thread: i32): void {
  const columns = outWidth(), stride = strideWidth();
  for (let plane = from; plane < to; plane++) {
    const x = planeAt(<usize>argument(0), plane), z = outAt(<usize>argument(2), plane);
    if (mayHaveNaN(x)) {
      maxPlane(plane, thread);
      continue;
    }
    for (let i = 0; i < columns; i += 4) {
      // The last strip goes back over columns that are done.
      const column = min(i, columns - 4);
      if (isInterior(column)) {
        if (stride == 1) maxStrip1(x, column, z);
        else maxStrip2(x, column, z);
      } else if (stride == 1) maxEdge1(x, column, z);
      else maxEdge2(x, column, z);
    }
  }
}
export function average3x3Job(from: i32, to: i32, thread: i32): void {
  const columns = outWidth(), stride = strideWidth();
  for (let plane = from; plane < to; plane++) {
    const x = planeAt(<usize>argument(0), plane), z = outAt(<usize>argument(2), plane);
    for (let i = 0; i < columns; i += 4) {
      const column = min(i, columns - 4);
      if (isInterior(column)) {
        if (stride == 1) averageStrip1(x, column, z);
        else averageStrip2(x, column, z);
      } else if (stride == 1) averageEdge1(x, column, z);
      else averageEdge2(x, column, z);
    }
  }
}
