// Convolution with one channel a group: a product of matrices would pack more than it multiplies, so each filter goes
// over the frame of its channel. Threads take planes of the input (channel and image), for the gradient of the weight
// channels.
import { finishByRow } from "./finish";
import {
  channels, filters, frameHeight, framePlane, frameWidth, height, images, kernelHeight, kernelWidth, outHeight,
  outWidth, placePitch, places, roundUp, tapOffset, taps, unframePlane, width,
} from "./frame";
import { argument, parallelFor, setArgument, workerCount } from "./parallel";
import { horizontalSum, laneMask, multiplyAdd, splat, storeLanes } from "./simd";

// @ts-ignore: decorator
@inline function frameBytes(): i32 {
  return roundUp(frameHeight() * frameWidth() * 4 + 128, 64);
}
// @ts-ignore: decorator
@inline function tapBytes(): i32 {
  return roundUp(taps() * 4, 64);
}
/** Workspace of all three: a table of window elements, then for each thread a frame and room for a weight. */
export function depthwiseWorkspace(): usize {
  return tapBytes() + (workerCount() + 1) * (frameBytes() + tapBytes());
}
// @ts-ignore: decorator
@inline function threadFrame(thread: i32): usize {
  return <usize>argument(4) + <usize>tapBytes() + <usize>(thread * (frameBytes() + tapBytes()));
}
function fillTaps(table: usize): void {
  for (let r = 0; r < kernelHeight(); r++) {
    for (let s = 0; s < kernelWidth(); s++, table += 4) store<i32>(table, tapOffset(r, s));
  }
}
// @ts-ignore: decorator
@inline function isWorthIt(): bool {
  return <i64>(images() * filters()) * places() * taps() >= 1 << 17;
}

/** Places of a band of rows: they, and what they are made of, stay in the nearest cache. */
const bandPlaces: i32 = 3072;

/**
 * One output plane (set, or added to) from the frame of its channel; `w`: the weight in the order of the table. A band
 * of rows after the other; three elements of the window at a time go over a band: with two vectors of places their
 * loads and weights just fit the registers.
 */
function windowSums(add: bool, frame: usize, table: usize, w: usize, y: usize): void {
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

function forwardJob(from: i32, to: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const table = <usize>argument(4);
  const each = filters() / channels();
  const n = places();
  for (let p = from; p < to; p++) {
    framePlane(<usize>argument(0) + (<usize>(p * height() * width()) << 2), frame, 0);
    const filter = p % channels() * each;
    for (let i = 0; i < each; i++) {
      const y = <usize>argument(3) + (<usize>((p * each + i) * n) << 2);
      windowSums(false, frame, table, <usize>argument(1) + (<usize>((filter + i) * taps()) << 2), y);
      const bias = <usize>argument(2);
      finishByRow(argument(5), bias == 0 ? 0 : bias + (<usize>(filter + i) << 2), y, 0, 1, n);
    }
  }
}

/** y = activation(x ⋆ weight + bias), bias 0: none. */
export function depthwise(x: usize, weight: usize, bias: usize, y: usize, activation: i32, workspace: usize): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>weight);
  setArgument(2, <i32>bias);
  setArgument(3, <i32>y);
  setArgument(4, <i32>workspace);
  setArgument(5, activation);
  fillTaps(workspace);
  parallelFor(forwardJob, images() * channels(), 1, isWorthIt());
}

/** Planes of dx with stride 1, where the geometry is that of the rotated convolution from g to dx. */
function rotatedJob(from: i32, to: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const rotated = frame + <usize>frameBytes();
  const table = <usize>argument(4);
  const each = channels() / filters();
  const size = taps();
  for (let p = from; p < to; p++) {
    const channel = p % filters();
    const dx = <usize>argument(3) + (<usize>(p * places()) << 2);
    for (let i = 0; i < each; i++) {
      const weight = <usize>argument(1) + (<usize>((channel * each + i) * size) << 2);
      for (let t = 0; t < size; t++) {
        store<f32>(rotated + (<usize>(size - 1 - t) << 2), load<f32>(weight + (<usize>t << 2)));
      }
      framePlane(<usize>argument(0) + (<usize>((p * each + i) * height() * width()) << 2), frame, 0);
      windowSums(i > 0, frame, table, rotated, dx);
    }
  }
}
/** dx from g with stride 1; the geometry has the channels of g as channels and those of dx as filters. */
export function depthwiseGradInputRotated(g: usize, weight: usize, dx: usize, workspace: usize): void {
  setArgument(0, <i32>g);
  setArgument(1, <i32>weight);
  setArgument(3, <i32>dx);
  setArgument(4, <i32>workspace);
  fillTaps(workspace);
  parallelFor(rotatedJob, images() * filters(), 1, <i64>(images() * channels()) * places() * taps() >= 1 << 17);
}

/** Adds w · g to the places of a frame that one window element covers. */
function spread(frame: usize, weight: v128, g: usize): void {
  const pitch = placePitch();
  const columns = outWidth();
  for (let row = 0; row < outHeight(); row++) {
    let z = frame;
    let n = columns;
    for (; n >= 4; n -= 4, z += 16, g += 16) v128.store(z, multiplyAdd(weight, v128.load(g), v128.load(z)));
    if (n > 0) {
      storeLanes(z, multiplyAdd(weight, v128.load(g), v128.load(z)), n);
      g += <usize>n << 2;
    }
    frame += pitch;
  }
}

function spreadJob(from: i32, to: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const table = <usize>argument(4);
  const each = filters() / channels();
  const size = taps();
  for (let p = from; p < to; p++) {
    memory.fill(frame, 0, <usize>frameBytes());
    for (let i = 0; i < each; i++) {
      const weight = <usize>argument(1) + (<usize>((p % channels() * each + i) * size) << 2);
      const g = <usize>argument(0) + (<usize>((p * each + i) * places()) << 2);
      for (let t = 0; t < size; t++) {
        const at = frame + <usize>load<i32>(table + (<usize>t << 2));
        spread(at, v128.load32_splat(weight + (<usize>t << 2)), g);
      }
    }
    unframePlane(frame, <usize>argument(3) + (<usize>(p * height() * width()) << 2));
  }
}
/** dx from g with any stride, in the geometry of the forward call. */
export function depthwiseGradInput(g: usize, weight: usize, dx: usize, workspace: usize): void {
  setArgument(0, <i32>g);
  setArgument(1, <i32>weight);
  setArgument(3, <i32>dx);
  setArgument(4, <i32>workspace);
  fillTaps(workspace);
  parallelFor(spreadJob, images() * channels(), 1, isWorthIt());
}

/** Adds Σ g · frame for up to three window elements to dw. More at a time would not fit the registers. */
function correlate(frame: usize, table: usize, count: i32, g: usize, dw: usize): void {
  const pitch = placePitch();
  const columns = outWidth();
  const t0 = <usize>load<i32>(table);
  const t1 = count > 1 ? <usize>load<i32>(table, 4) : t0;
  const t2 = count > 2 ? <usize>load<i32>(table, 8) : t0;
  let a = splat(0), b = splat(0), c = splat(0);
  const tail = columns & 3;
  const mask = laneMask(tail);
  for (let row = 0; row < outHeight(); row++) {
    let p = frame + t0, q = frame + t1, r = frame + t2;
    for (let n = columns >> 2; n > 0; n--) {
      const v = v128.load(g);
      a = multiplyAdd(v, v128.load(p), a);
      b = multiplyAdd(v, v128.load(q), b);
      c = multiplyAdd(v, v128.load(r), c);
      g += 16; p += 16; q += 16; r += 16;
    }
    if (tail > 0) {
      // What lies behind the row may be anything, also NaN.
      const v = v128.and(v128.load(g), mask);
      a = multiplyAdd(v, v128.and(v128.load(p), mask), a);
      b = multiplyAdd(v, v128.and(v128.load(q), mask), b);
      c = multiplyAdd(v, v128.and(v128.load(r), mask), c);
      g += <usize>tail << 2;
    }
    frame += pitch;
  }
  store<f32>(dw, load<f32>(dw) + horizontalSum(a));
  if (count > 1) store<f32>(dw, load<f32>(dw, 4) + horizontalSum(b), 4);
  if (count > 2) store<f32>(dw, load<f32>(dw, 8) + horizontalSum(c), 8);
}

function weightJob(from: i32, to: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const table = <usize>argument(4);
  const each = filters() / channels();
  const size = taps();
  for (let channel = from; channel < to; channel++) {
    const dw = <usize>argument(3) + (<usize>(channel * each * size) << 2);
    memory.fill(dw, 0, <usize>(each * size) << 2);
    for (let image = 0; image < images(); image++) {
      const p = image * channels() + channel;
      framePlane(<usize>argument(0) + (<usize>(p * height() * width()) << 2), frame, 0);
      for (let i = 0; i < each; i++) {
        const g = <usize>argument(1) + (<usize>((p * each + i) * places()) << 2);
        for (let t = 0; t < size; t += 3) {
          correlate(frame, table + (<usize>t << 2), min(3, size - t), g, dw + (<usize>(i * size + t) << 2));
        }
      }
    }
  }
}
/** dw from x and g, in the geometry of the forward call. */
export function depthwiseGradWeight(x: usize, g: usize, dw: usize, workspace: usize): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>g);
  setArgument(3, <i32>dw);
  setArgument(4, <i32>workspace);
  fillTaps(workspace);
  parallelFor(weightJob, channels(), 1, isWorthIt());
}
