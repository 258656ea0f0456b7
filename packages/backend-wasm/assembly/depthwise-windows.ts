// What the convolutions with one channel a group share: their workspace, and the sums over windows of any kind.
import {
  filters, frameHeight, frameWidth, images, kernelHeight, kernelWidth, outHeight, outWidth, placePitch, places, roundUp,
  tapOffset, taps,
} from "./frame";
import { argument, workerCount } from "./parallel";
import { multiplyAdd, splat, storeLanes } from "./simd";

// @ts-ignore: decorator
@inline export function frameBytes(): i32 {
  return roundUp(frameHeight() * frameWidth() * 4 + 128, 64);
}
// @ts-ignore: decorator
@inline function tapBytes(): i32 {
  return roundUp(taps() * 4, 64);
}
// @ts-ignore: decorator
@inline function threadBytes(): i32 {
  return frameBytes() + roundUp(taps() * 16, 64);
}
/** Workspace of all three: a table of window elements; for each thread a frame and a vector for each window element. */
export function depthwiseWorkspace(): usize {
  return tapBytes() + (workerCount() + 1) * threadBytes();
}
// @ts-ignore: decorator
@inline export function threadFrame(thread: i32): usize {
  return <usize>argument(4) + <usize>tapBytes() + <usize>(thread * threadBytes());
}
export function fillTaps(table: usize): void {
  for (let r = 0; r < kernelHeight(); r++) {
    for (let s = 0; s < kernelWidth(); s++, table += 4) store<i32>(table, tapOffset(r, s));
  }
}
// @ts-ignore: decorator
@inline export function isWorthIt(): bool {
  return <i64>(images() * filters()) * places() * taps() >= 1 << 17;
}

/** Places of a band of rows: they, and what they are made of, stay in the nearest cache. */
const bandPlaces: i32 = 3072;

/**
 * One output plane (set, or added to) from the frame of its channel; `w`: the weight in the order of the table. A band
 * of rows after the other; three elements of the window at a time go over a band: with two vectors of places their
 * loads and weights just fit the registers.
 */
export function windowSums(add: bool, frame: usize, table: usize, w: usize, y: usize): void {
  const columns = outWidth();
  const rows = outHeight();
  const count = taps();
  const band = max(1, bandPlaces / columns);
  for (let row = 0; row < rows; row += band) {
    const high = min(band, rows - row);
    let t = 0;
    for (; t + 3 <= count; t += 3) addThree(add || t > 0, frame, table, w, t, y, high);
    for (; t < count; t++) addOne(add || t > 0, frame, table, w, t, y, high);
    frame += <usize>high * placePitch();
    y += <usize>(high * columns) << 2;
  }
}
// @ts-ignore: decorator
@inline function tapAt(frame: usize, table: usize, t: i32): usize {
  return frame + <usize>load<i32>(table + (<usize>t << 2));
}
// @ts-ignore: decorator
@inline function weightAt(w: usize, t: i32): v128 {
  return v128.load32_splat(w + (<usize>t << 2));
}
// @ts-ignore: decorator
@inline function sumBefore(add: bool, y: usize): v128 {
  return add ? v128.load(y) : splat(0);
}
// @ts-ignore: decorator
@inline function three(add: bool, frame: usize, table: usize, w: usize, t: i32, y: usize, rows: i32): void {
  const w0 = weightAt(w, t), w1 = weightAt(w, t + 1), w2 = weightAt(w, t + 2);
  const columns = outWidth();
  // The others relative to the first.
  const first = tapAt(0, table, t);
  const d1 = tapAt(0, table, t + 1) - first, d2 = tapAt(0, table, t + 2) - first;
  const pitch = placePitch();
  for (frame += first; rows > 0; rows--, frame += pitch) {
    let p = frame, q = frame + d1, r = frame + d2;
    let n = columns;
    for (; n >= 8; n -= 8, p += 32, q += 32, r += 32, y += 32) {
      const u = multiplyAdd(w0, v128.load(p), sumBefore(add, y));
      const v = multiplyAdd(w0, v128.load(p, 16), sumBefore(add, y + 16));
      v128.store(y, multiplyAdd(w2, v128.load(r), multiplyAdd(w1, v128.load(q), u)));
      v128.store(y, multiplyAdd(w2, v128.load(r, 16), multiplyAdd(w1, v128.load(q, 16), v)), 16);
    }
    for (; n > 0; n -= 4, p += 16, q += 16, r += 16) {
      const v = multiplyAdd(w0, v128.load(p), sumBefore(add, y));
      storeLanes(y, multiplyAdd(w2, v128.load(r), multiplyAdd(w1, v128.load(q), v)), n);
      y += <usize>min(n, 4) << 2;
    }
  }
}
function addThree(add: bool, frame: usize, table: usize, w: usize, t: i32, y: usize, rows: i32): void {
  if (add) three(true, frame, table, w, t, y, rows);
  else three(false, frame, table, w, t, y, rows);
}
function addOne(add: bool, frame: usize, table: usize, w: usize, t: i32, y: usize, rows: i32): void {
  const weight = weightAt(w, t);
  const columns = outWidth();
  const pitch = placePitch();
  for (frame = tapAt(frame, table, t); rows > 0; rows--, frame += pitch) {
    let p = frame;
    for (let n = columns; n > 0; n -= 4, p += 16) {
      storeLanes(y, multiplyAdd(weight, v128.load(p), sumBefore(add, y)), n);
      y += <usize>min(n, 4) << 2;
    }
  }
}
