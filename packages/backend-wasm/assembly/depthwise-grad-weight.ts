// Gradient of the weight of a convolution with one channel a group. Threads take channels.
import { suits3x3 } from "./depthwise-3x3";
import { correlate3x3, sum3x3 } from "./depthwise-3x3-grad-weight";
import { fillTaps, frameBytes, isWorthIt, threadFrame } from "./depthwise-windows";
import { channels, filters, framePlane, height, images, outHeight, outWidth, placePitch, places, taps, width } from "./frame";
import { argument, parallelFor, setArgument } from "./parallel";
import { horizontalSum, laneMask, multiplyAdd, splat } from "./simd";

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

function anyJob(from: i32, to: i32, thread: i32): void {
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
function job3x3(from: i32, to: i32, thread: i32): void {
  const sums = threadFrame(thread) + <usize>frameBytes();
  const each = filters() / channels();
  for (let filter = from * each; filter < to * each; filter++) {
    memory.fill(sums, 0, 144);
    for (let image = 0; image < images(); image++) {
      const plane = image * channels() + filter / each;
      const x = <usize>argument(0) + (<usize>(plane * height() * width()) << 2);
      correlate3x3(x, <usize>argument(1) + (<usize>((image * filters() + filter) * places()) << 2), sums);
    }
    sum3x3(sums, <usize>argument(3) + <usize>(filter * 36));
  }
}

/** dw from x and g, in the geometry of the forward call. */
export function depthwiseGradWeight(x: usize, g: usize, dw: usize, workspace: usize): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>g);
  setArgument(3, <i32>dw);
  setArgument(4, <i32>workspace);
  fillTaps(workspace);
  if (suits3x3()) parallelFor(job3x3, channels(), 1, isWorthIt());
  else parallelFor(anyJob, channels(), 1, isWorthIt());
}
