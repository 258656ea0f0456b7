// Max and average pooling over planes. 2 × 2 windows side by side have loops of their own; all others go over the frame
// of a plane (frame.ts), four places at a time. The largest element is found again for the gradient: that costs less
// than keeping its place.
import {
  dilationHeight, dilationWidth, frameHeight, framePlane, frameWidth, height, images, kernelHeight, kernelWidth, left,
  outHeight, outWidth, placePitch, places, roundUp, strideHeight, strideWidth, tapOffset, taps, top, unframePlane,
  width,
} from "./frame";
import { argument, parallelFor, setArgument, workerCount } from "./parallel";
import { laneMask, splat, storeLanes } from "./simd";

// @ts-ignore: decorator
@inline function frameBytes(): i32 {
  return roundUp(frameHeight() * frameWidth() * 4 + 64, 64);
}
// @ts-ignore: decorator
@inline function tapBytes(): i32 {
  return roundUp(taps() * 4, 64);
}
// @ts-ignore: decorator
@inline function divisorBytes(): i32 {
  return roundUp(places() * 4, 64);
}
/** Workspace of all pools: a table of window elements, divisors, two frames for each thread. */
export function poolWorkspace(): usize {
  return tapBytes() + divisorBytes() + (workerCount() + 1) * 2 * frameBytes();
}
// @ts-ignore: decorator
@inline function divisors(): usize {
  return <usize>argument(4) + <usize>tapBytes();
}
// @ts-ignore: decorator
@inline function threadFrame(thread: i32): usize {
  return divisors() + <usize>divisorBytes() + <usize>(thread * 2 * frameBytes());
}
// @ts-ignore: decorator
@inline function planeAt(base: usize, plane: i32): usize {
  return base + (<usize>(plane * height() * width()) << 2);
}
// @ts-ignore: decorator
@inline function outAt(base: usize, plane: i32): usize {
  return base + (<usize>(plane * places()) << 2);
}

function prepare(x: usize, g: usize, z: usize, workspace: usize): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>g);
  setArgument(2, <i32>z);
  setArgument(4, <i32>workspace);
  if (workspace == 0) return;
  for (let r = 0; r < kernelHeight(); r++) {
    for (let s = 0; s < kernelWidth(); s++, workspace += 4) store<i32>(workspace, tapOffset(r, s));
  }
}
/** Planes are counted as images here. */
// @ts-ignore: decorator
@inline function isWorthIt(): bool {
  return <i64>images() * places() * taps() >= 1 << 16;
}

/** Whether v replaces the best so far: it is larger, or the first NaN. */
// @ts-ignore: decorator
@inline function wins(v: v128, best: v128): v128 {
  return v128.andnot(v128.or(f32x4.gt(v, best), f32x4.ne(v, v)), f32x4.ne(best, best));
}

/** Four 2 × 2 windows: the largest of each, from eight elements of two rows. */
// @ts-ignore: decorator
@inline function largestOfFour(a: usize, b: usize): v128 {
  const a0 = v128.load(a), a1 = v128.load(a, 16), b0 = v128.load(b), b1 = v128.load(b, 16);
  let best = v128.shuffle<f32>(a0, a1, 0, 2, 4, 6);
  let v = v128.shuffle<f32>(a0, a1, 1, 3, 5, 7);
  best = v128.bitselect(v, best, wins(v, best));
  v = v128.shuffle<f32>(b0, b1, 0, 2, 4, 6);
  best = v128.bitselect(v, best, wins(v, best));
  v = v128.shuffle<f32>(b0, b1, 1, 3, 5, 7);
  return v128.bitselect(v, best, wins(v, best));
}

function maxHalvesJob(from: i32, to: i32, thread: i32): void {
  const pitch = <usize>width() << 2;
  const columns = outWidth();
  const rows = outHeight();
  let z = outAt(<usize>argument(2), from);
  for (let plane = from; plane < to; plane++) {
    let row = planeAt(<usize>argument(0), plane);
    for (let y = rows; y > 0; y--, row += 2 * pitch) {
      let a = row;
      let n = columns;
      for (; n >= 4; n -= 4, a += 32, z += 16) v128.store(z, largestOfFour(a, a + pitch));
      if (n > 0) {
        storeLanes(z, largestOfFour(a, a + pitch), n);
        z += <usize>n << 2;
      }
    }
  }
}

/** Four 2 × 2 windows of x at a: puts the shares to the first of the largest, to two rows of eight at c. */
// @ts-ignore: decorator
@inline function spreadFour(a: usize, share: v128, c: usize, pitch: usize): void {
  const b = a + pitch;
  const a0 = v128.load(a), a1 = v128.load(a, 16), b0 = v128.load(b), b1 = v128.load(b, 16);
  let best = v128.shuffle<f32>(a0, a1, 0, 2, 4, 6);
  let v = v128.shuffle<f32>(a0, a1, 1, 3, 5, 7);
  const second = wins(v, best);
  best = v128.bitselect(v, best, second);
  v = v128.shuffle<f32>(b0, b1, 0, 2, 4, 6);
  const third = wins(v, best);
  best = v128.bitselect(v, best, third);
  const fourth = wins(v128.shuffle<f32>(b0, b1, 1, 3, 5, 7), best);
  const lower = v128.or(third, fourth);
  const c0 = v128.andnot(share, v128.or(second, lower)), c1 = v128.andnot(v128.and(share, second), lower);
  const d0 = v128.andnot(v128.and(share, third), fourth), d1 = v128.and(share, fourth);
  const d = c + pitch;
  v128.store(c, v128.shuffle<f32>(c0, c1, 0, 4, 1, 5));
  v128.store(c, v128.shuffle<f32>(c0, c1, 2, 6, 3, 7), 16);
  v128.store(d, v128.shuffle<f32>(d0, d1, 0, 4, 1, 5));
  v128.store(d, v128.shuffle<f32>(d0, d1, 2, 6, 3, 7), 16);
}

/** Two rows of eight, for the ends of rows. */
const rests: usize = memory.data(64 * 64, 16);

function maxHalvesGradJob(from: i32, to: i32, thread: i32): void {
  const w = width();
  const pitch = <usize>w << 2;
  const columns = outWidth();
  const rows = outHeight();
  const rest = rests + (<usize>thread << 6);
  let g = outAt(<usize>argument(1), from);
  for (let plane = from; plane < to; plane++) {
    let source = planeAt(<usize>argument(0), plane);
    let target = planeAt(<usize>argument(2), plane);
    for (let y = rows; y > 0; y--, source += 2 * pitch, target += 2 * pitch) {
      let a = source, c = target;
      let n = columns;
      for (; n >= 4; n -= 4, a += 32, c += 32, g += 16) spreadFour(a, v128.load(g), c, pitch);
      for (; n > 0; n--, a += 8, c += 8, g += 4) {
        // Only the first of the four windows counts.
        storeHalves(a, v128.load32_zero(g), c, pitch, rest);
      }
      if (w > 2 * columns) {
        // Columns that no window covers.
        memory.fill(c, 0, <usize>(w - 2 * columns) << 2);
        memory.fill(c + pitch, 0, <usize>(w - 2 * columns) << 2);
      }
    }
    const left = <usize>(height() - 2 * rows) * pitch;
    if (left > 0) memory.fill(target, 0, left);
  }
}
/** One window: as spreadFour, by way of a scratch place that has room for the other three. */
function storeHalves(a: usize, share: v128, c: usize, pitch: usize, rest: usize): void {
  const b = a + pitch;
  v128.store64_lane(rest, v128.load64_zero(a), 0);
  v128.store64_lane(rest + 32, v128.load64_zero(b), 0);
  spreadFour(rest, share, rest, 32);
  v128.store64_lane(c, v128.load64_zero(rest), 0);
  v128.store64_lane(c + pitch, v128.load64_zero(rest + 32), 0);
}

function maxJob(from: i32, to: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const table = <usize>argument(4);
  const end = table + (<usize>taps() << 2);
  const columns = outWidth();
  for (let plane = from; plane < to; plane++) {
    framePlane(planeAt(<usize>argument(0), plane), frame, -Infinity);
    let row = frame;
    let z = outAt(<usize>argument(2), plane);
    for (let y = 0; y < outHeight(); y++, row += placePitch()) {
      for (let x = 0; x < columns; x += 4) {
        const source = row + (<usize>x << 2);
        let best = v128.load(source + <usize>load<i32>(table));
        for (let t = table + 4; t < end; t += 4) {
          const v = v128.load(source + <usize>load<i32>(t));
          best = v128.bitselect(v, best, wins(v, best));
        }
        storeLanes(z + (<usize>x << 2), best, columns - x);
      }
      z += <usize>columns << 2;
    }
  }
}

const winners: usize = memory.data(64 * 16, 16);

function maxGradJob(from: i32, to: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const gradient = frame + <usize>frameBytes();
  const table = <usize>argument(4);
  const count = taps();
  const columns = outWidth();
  const lanes = winners + (<usize>thread << 4);
  for (let plane = from; plane < to; plane++) {
    framePlane(planeAt(<usize>argument(0), plane), frame, -Infinity);
    memory.fill(gradient, 0, <usize>frameBytes());
    let row = frame;
    let g = outAt(<usize>argument(1), plane);
    for (let y = 0; y < outHeight(); y++, row += placePitch()) {
      for (let x = 0; x < columns; x += 4) {
        const source = row + (<usize>x << 2);
        let offset = i32x4.splat(load<i32>(table));
        let best = v128.load(source + <usize>load<i32>(table));
        for (let t = 1; t < count; t++) {
          const next = load<i32>(table + (<usize>t << 2));
          const v = v128.load(source + <usize>next);
          const won = wins(v, best);
          best = v128.bitselect(v, best, won);
          offset = v128.bitselect(i32x4.splat(next), offset, won);
        }
        v128.store(lanes, offset);
        const empty = i32x4.bitmask(f32x4.eq(best, splat(-Infinity)));
        for (let i = 0; i < min(4, columns - x); i++, g += 4) {
          let at = <usize>load<i32>(lanes + (<usize>i << 2));
          if (empty & (1 << i)) at = firstInside(table, y, x + i, at);
          const z = gradient + (source - frame) + (<usize>i << 2) + at;
          store<f32>(z, load<f32>(z) + load<f32>(g));
        }
      }
    }
    unframePlane(gradient, planeAt(<usize>argument(2), plane));
  }
}

/** In a window of nothing but minus infinity the first element inside the image takes the gradient, not the padding. */
function firstInside(table: usize, y: i32, x: i32, otherwise: usize): usize {
  for (let r = 0; r < kernelHeight(); r++) {
    for (let s = 0; s < kernelWidth(); s++, table += 4) if (isInside(y, x, r, s)) return <usize>load<i32>(table);
  }
  return otherwise;
}
/** Whether a window element of a place lies inside the image. */
function isInside(y: i32, x: i32, r: i32, s: i32): bool {
  const row = y * strideHeight() + r * dilationHeight() - top();
  const column = x * strideWidth() + s * dilationWidth() - left();
  return <u32>row < <u32>height() && <u32>column < <u32>width();
}

/** By how much the sum at each place is divided: the whole window, or what lies inside the image. */
function fillDivisors(whole: bool): void {
  let z = divisors();
  for (let y = 0; y < outHeight(); y++) {
    for (let x = 0; x < outWidth(); x++, z += 4) {
      let rows = kernelHeight(), columns = kernelWidth();
      if (!whole) {
        rows = columns = 0;
        for (let r = 0; r < kernelHeight(); r++) {
          const at = y * strideHeight() + r * dilationHeight() - top();
          if (<u32>at < <u32>height()) rows++;
        }
        for (let s = 0; s < kernelWidth(); s++) {
          const at = x * strideWidth() + s * dilationWidth() - left();
          if (<u32>at < <u32>width()) columns++;
        }
      }
      store<f32>(z, <f32>(rows * columns));
    }
  }
}

function averageJob(from: i32, to: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const table = <usize>argument(4);
  const end = table + (<usize>taps() << 2);
  const columns = outWidth();
  for (let plane = from; plane < to; plane++) {
    framePlane(planeAt(<usize>argument(0), plane), frame, 0);
    let row = frame;
    let z = outAt(<usize>argument(2), plane);
    let divisor = divisors();
    for (let y = 0; y < outHeight(); y++, row += placePitch()) {
      for (let x = 0; x < columns; x += 4) {
        const at = <usize>x << 2;
        let sum = splat(0);
        for (let t = table; t < end; t += 4) sum = f32x4.add(sum, v128.load(row + at + <usize>load<i32>(t)));
        storeLanes(z + at, f32x4.div(sum, v128.load(divisor + at)), columns - x);
      }
      z += <usize>columns << 2;
      divisor += <usize>columns << 2;
    }
  }
}

function averageGradJob(from: i32, to: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const table = <usize>argument(4);
  const end = table + (<usize>taps() << 2);
  const columns = outWidth();
  for (let plane = from; plane < to; plane++) {
    memory.fill(frame, 0, <usize>frameBytes());
    let row = frame;
    let g = outAt(<usize>argument(1), plane);
    let divisor = divisors();
    for (let y = 0; y < outHeight(); y++, row += placePitch()) {
      for (let x = 0; x < columns; x += 4) {
        const at = <usize>x << 2;
        const share = v128.and(f32x4.div(v128.load(g + at), v128.load(divisor + at)), laneMask(columns - x));
        for (let t = table; t < end; t += 4) {
          const z = row + at + <usize>load<i32>(t);
          v128.store(z, f32x4.add(v128.load(z), share));
        }
      }
      g += <usize>columns << 2;
      divisor += <usize>columns << 2;
    }
    unframePlane(frame, planeAt(<usize>argument(2), plane));
  }
}

/** The largest element of each window. Workspace 0: the windows are 2 × 2, side by side, without padding. */
export function maxPool(x: usize, z: usize, workspace: usize): void {
  prepare(x, 0, z, workspace);
  if (workspace == 0) parallelFor(maxHalvesJob, images(), 1, isWorthIt());
  else parallelFor(maxJob, images(), 1, isWorthIt());
}
/** The gradient of x: g goes to the first of the largest elements. */
export function maxPoolGrad(x: usize, g: usize, dx: usize, workspace: usize): void {
  prepare(x, g, dx, workspace);
  if (workspace == 0) parallelFor(maxHalvesGradJob, images(), 1, isWorthIt());
  else parallelFor(maxGradJob, images(), 1, isWorthIt());
}
/** The mean of each window; `whole`: padding counts. */
export function averagePool(x: usize, z: usize, whole: i32, workspace: usize): void {
  prepare(x, 0, z, workspace);
  fillDivisors(whole != 0);
  parallelFor(averageJob, images(), 1, isWorthIt());
}
/** The gradient of x: equal shares of g. */
export function averagePoolGrad(g: usize, dx: usize, whole: i32, workspace: usize): void {
  prepare(0, g, dx, workspace);
  fillDivisors(whole != 0);
  parallelFor(averageGradJob, images(), 1, isWorthIt());
}
