// Convolution with one channel a group: a product of matrices would pack more than it multiplies, so each filter goes
// over the frame of its channel. Threads take planes of the input (channel and image).
import { slide3x3, suits3x3 } from "./depthwise-3x3";
import { fillTaps, isWorthIt, threadFrame, windowSums } from "./depthwise-windows";
import { finishByRow } from "./finish";
import { channels, filters, framePlane, height, images, places, taps, width } from "./frame";
import { argument, parallelFor, setArgument } from "./parallel";

function anyJob(from: i32, to: i32, thread: i32): void {
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

function job3x3(from: i32, to: i32, _thread: i32): void {
  const each = filters() / channels();
  const n = places();
  const bias = <usize>argument(2);
  const activation = argument(5);
  const floor: f32 = activation == 1 ? 0 : -Infinity;
  for (let p = from; p < to; p++) {
    const x = <usize>argument(0) + (<usize>(p * height() * width()) << 2);
    for (let i = 0; i < each; i++) {
      const filter = p % channels() * each + i;
      const y = <usize>argument(3) + (<usize>((p * each + i) * n) << 2);
      const start: f32 = bias == 0 ? 0 : load<f32>(bias + (<usize>filter << 2));
      slide3x3(x, <usize>argument(1) + <usize>(filter * 36), 4, start, floor, y);
      if (activation > 1) finishByRow(activation, 0, y, 0, 1, n);
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
  if (suits3x3()) parallelFor(job3x3, images() * channels(), 1, isWorthIt());
  else parallelFor(anyJob, images() * channels(), 1, isWorthIt());
}
