// Softmax and its logarithm over dense rows. Down columns: softmax-columns.ts.
import { argument, parallelFor, setArgument } from "./parallel";
import { loadRows, scratch, shortBytes, shortLength, storeRows } from "./short-rows";
import { splat, storeLanes } from "./simd";
import { logSoftmaxColumns, softmaxColumns, tileWidth } from "./softmax-columns";
import { keptExponentials, largest, scale, sumOfExponentials } from "./softmax-rows";
import { keptExponentialsOfLanes, largestOfLanes, logarithmsOfLanes, scaleLanes } from "./softmax-short";

function softmaxRows(from: i32, to: i32, _thread: i32): void {
  const n = argument(2);
  const pitch = <usize>n << 2;
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * pitch;
    const z = <usize>argument(1) + <usize>i * pitch;
    scale(z, n, <f32>(1 / keptExponentials(x, z, n, largest(x, n))));
  }
}
function softmaxShort(from: i32, to: i32, thread: i32): void {
  const n = argument(2);
  const pitch = <usize>n << 2;
  const t = scratch(thread);
  for (let i = from; i < to; i += 4) {
    loadRows(<usize>argument(0) + <usize>i * pitch, n, to - i, t);
    const sums = keptExponentialsOfLanes(t, n, largestOfLanes(t, n));
    scaleLanes(t, n, f32x4.div(splat(1), sums));
    storeRows(t, <usize>argument(1) + <usize>i * pitch, n, to - i);
  }
}
/** Along the middle of (outer, n, inner). */
export function softmax(x: usize, z: usize, outer: i32, n: i32, inner: i32): void {
  prepare(x, z, n, inner);
  const worthIt = <i64>outer * n * inner >= 8192;
  if (inner > 1) parallelFor(softmaxColumns, outer * ((inner + tileWidth - 1) / tileWidth), 1, worthIt);
  else if (n <= shortLength) parallelFor(softmaxShort, outer, 4, worthIt);
  else parallelFor(softmaxRows, outer, 1, worthIt);
}

/** In this order, so that a large common offset costs no digits. */
// @ts-ignore: decorator
@inline function subtract(x: usize, z: usize, n: i32, shift: v128, logs: v128): void {
  for (; n >= 4; n -= 4, x += 16, z += 16) v128.store(z, f32x4.sub(f32x4.sub(v128.load(x), shift), logs));
  if (n > 0) storeLanes(z, f32x4.sub(f32x4.sub(v128.load(x), shift), logs), n);
}
function logSoftmaxRows(from: i32, to: i32, _thread: i32): void {
  const n = argument(2);
  const pitch = <usize>n << 2;
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * pitch;
    const top = largest(x, n);
    const logs = splat(<f32>Math.log(sumOfExponentials(x, n, top)));
    subtract(x, <usize>argument(1) + <usize>i * pitch, n, splat(top), logs);
  }
}
/** Logarithms of 32 rows first: one is a long chain, that the next rows' exponentials need not wait for. */
function logSoftmaxShort(from: i32, to: i32, thread: i32): void {
  const n = argument(2);
  const pitch = <usize>n << 2;
  const t = scratch(thread);
  const tops = t + shortBytes;
  for (let i = from; i < to; i += 32) {
    let x = <usize>argument(0) + <usize>i * pitch;
    let z = <usize>argument(1) + <usize>i * pitch;
    const count = min(to - i, 32);
    for (let r = 0; r < count; r += 4) {
      loadRows(x + <usize>r * pitch, n, count - r, t);
      const top = largestOfLanes(t, n);
      v128.store(tops + (<usize>r << 2), top);
      v128.store(tops + (<usize>r << 2), logarithmsOfLanes(t, n, top), 128);
    }
    for (let r = 0; r < count; r++, x += pitch, z += pitch) {
      const top = tops + (<usize>r << 2);
      subtract(x, z, n, v128.load32_splat(top), v128.load32_splat(top, 128));
    }
  }
}
export function logSoftmax(x: usize, z: usize, outer: i32, n: i32, inner: i32): void {
  prepare(x, z, n, inner);
  const worthIt = <i64>outer * n * inner >= 8192;
  if (inner > 1) parallelFor(logSoftmaxColumns, outer * ((inner + tileWidth - 1) / tileWidth), 1, worthIt);
  else if (n <= shortLength) parallelFor(logSoftmaxShort, outer, 4, worthIt);
  else parallelFor(logSoftmaxRows, outer, 1, worthIt);
}

function prepare(x: usize, z: usize, n: i32, inner: i32): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>z);
  setArgument(2, n);
  setArgument(3, inner);
}
