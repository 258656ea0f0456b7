// Softmax and its logarithm down the columns of dense (outer, n, inner) arrays, a tile of columns at a time: what a column
// keeps lies in the thread's scratch memory. Exponentials are summed in f32 over at most 128 rows, and the blocks in f64.
import { expBelow, log } from "./math";
import { argument } from "./parallel";
import { addWide, narrow } from "./reduce";
import { scratch } from "./short-rows";
import { splat, storeLanes } from "./simd";

/** Columns of a tile: enough for the processor to see that they are read in order. */
export const tileWidth = 64;
const block = 128;

/** `width`: bytes of the tile's columns. */
// @ts-ignore: decorator
@inline function tile(logarithm: bool, x: usize, z: usize, pitch: usize, n: i32, width: usize, tops: usize): void {
  const sums = tops + 256, totals = tops + 512;
  const whole = width & ~15;
  const rest = <i32>(width & 15) >> 2;
  for (let j: usize = 0; j < width; j += 16) {
    v128.store(tops + j, splat(-Infinity));
    v128.store(totals + 2 * j, splat(0));
    v128.store(totals + 2 * j, splat(0), 16);
  }
  let p = x;
  for (let k = 0; k < n; k++, p += pitch) {
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(tops + j, f32x4.pmax(v128.load(tops + j), v128.load(p + j)));
    }
  }

  p = x;
  let q = z;
  for (let left = n; left > 0; left -= block) {
    for (let j: usize = 0; j < width; j += 16) v128.store(sums + j, splat(0));
    for (let k = min(left, block); k > 0; k--, p += pitch, q += pitch) {
      for (let j: usize = 0; j < whole; j += 16) {
        const e = expBelow(f32x4.sub(v128.load(p + j), v128.load(tops + j)));
        v128.store(sums + j, f32x4.add(v128.load(sums + j), e));
        if (!logarithm) v128.store(q + j, e);
      }
      if (rest > 0) {
        const e = expBelow(f32x4.sub(v128.load(p + whole), v128.load(tops + whole)));
        v128.store(sums + whole, f32x4.add(v128.load(sums + whole), e));
        if (!logarithm) storeLanes(q + whole, e, rest);
      }
    }
    for (let j: usize = 0; j < width; j += 16) addWide(totals + 2 * j, v128.load(sums + j));
  }

  for (let j: usize = 0; j < width; j += 16) {
    const sum = narrow(totals + 2 * j);
    v128.store(sums + j, logarithm ? log(sum) : f32x4.div(splat(1), sum));
  }
  for (let k = 0; k < n; k++, x += pitch, z += pitch) {
    for (let j: usize = 0; j < whole; j += 16) v128.store(z + j, last(logarithm, x + j, z + j, tops + j));
    if (rest > 0) storeLanes(z + whole, last(logarithm, x + whole, z + whole, tops + whole), rest);
  }
}
/** In this order, so that a large common offset costs no digits. */
// @ts-ignore: decorator
@inline function last(logarithm: bool, x: usize, z: usize, top: usize): v128 {
  if (!logarithm) return f32x4.mul(v128.load(z), v128.load(top, 256));
  return f32x4.sub(f32x4.sub(v128.load(x), v128.load(top)), v128.load(top, 256));
}

// @ts-ignore: decorator
@inline function tiles(logarithm: bool, from: i32, to: i32, thread: i32): void {
  const n = argument(2), inner = argument(3);
  const perOuter = (inner + tileWidth - 1) / tileWidth;
  const pitch = <usize>inner << 2;
  for (let i = from; i < to; i++) {
    const outer = i / perOuter;
    const j = (i - outer * perOuter) * tileWidth;
    const at = <usize>outer * <usize>n * pitch + (<usize>j << 2);
    const width = <usize>min(tileWidth, inner - j) << 2;
    tile(logarithm, <usize>argument(0) + at, <usize>argument(1) + at, pitch, n, width, scratch(thread));
  }
}
export function softmaxColumns(from: i32, to: i32, thread: i32): void {
  tiles(false, from, to, thread);
}
export function logSoftmaxColumns(from: i32, to: i32, thread: i32): void {
  tiles(true, from, to, thread);
}
