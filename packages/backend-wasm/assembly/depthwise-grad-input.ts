// Gradient of the input of a convolution with one channel a group.
import { slide3x3, suits3x3 } from "./depthwise-3x3";
import { fillTaps, frameBytes, isWorthIt, threadFrame, windowSums } from "./depthwise-windows";
import {
  channels, filters, framePlane, height, images, outHeight, outWidth, placePitch, places, taps, unframePlane, width,
} from "./frame";
import { argument, parallelFor, setArgument } from "./parallel";
import { multiplyAdd, storeLanes } from "./simd";

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
function rotated3x3(from: i32, to: i32, _thread: i32): void {
  for (let p = from; p < to; p++) {
    const g = <usize>argument(0) + (<usize>(p * height() * width()) << 2);
    const last = <usize>argument(1) + <usize>(p % filters() * 36 + 32);
    slide3x3(g, last, -4, 0, -Infinity, <usize>argument(3) + (<usize>(p * places()) << 2));
  }
}
/** dx from g with stride 1; the geometry has the channels of g as channels and those of dx as filters. */
export function depthwiseGradInputRotated(g: usize, weight: usize, dx: usize, workspace: usize): void {
  setArgument(0, <i32>g);
  setArgument(1, <i32>weight);
  setArgument(3, <i32>dx);
  setArgument(4, <i32>workspace);
  fillTaps(workspace);
  const isWorth = <i64>(images() * channels()) * places() * taps() >= 1 << 17;
  if (filters() == channels() && suits3x3()) parallelFor(rotated3x3, images() * filters(), 1, isWorth);
  else parallelFor(rotatedJob, images() * filters(), 1, isWorth);
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
