// Gradient of the input of a convolution with a stride. The places of x that are equal modulo the stride (a phase) are
// seen by the same taps of the kernel, every stride-th one, and so are a convolution of g with stride 1 and these taps
// rotated. The host runs one such convolution for each phase; here are the taps, and the joining of the phases to rows.
import { channels, filters, groups, kernelHeight, kernelWidth } from "./frame";
import { argument, parallelFor, setArgument } from "./parallel";

/**
 * The taps of a phase from a weight (filters, channels of a group, height, width) of the forward convolution, in the
 * layout of a forward weight, rotated: `first` is the last of them, its offset in the kernel. The geometry is that of the
 * phase, whose channels are the forward filters. `down`, `across`: from one tap to the one before it.
 */
export function phaseWeight(weight: usize, target: usize, size: i32, first: i32, down: i32, across: i32): void {
  const inner = filters() / groups();
  const outer = channels() / groups();
  for (let group = 0; group < groups(); group++) {
    for (let c = 0; c < inner; c++) {
      for (let f = 0; f < outer; f++) {
        const kernel = weight + (<usize>(((group * outer + f) * inner + c) * size + first) << 2);
        for (let i = 0; i < kernelHeight(); i++) {
          for (let j = 0; j < kernelWidth(); j++, target += 4) {
            store<f32>(target, load<f32>(kernel - (<usize>(i * down + j * across) << 2)));
          }
        }
      }
    }
  }
}

/** Planes [from, to). */
function joinJob(from: i32, to: i32, thread: i32): void {
  const height = argument(2), width = argument(3), top = argument(4), rowStep = argument(5), stride = argument(6);
  const rows = top < height ? (height - top - 1) / rowStep + 1 : 0;
  const pitch = (width + stride - 1) / stride;
  for (let plane = from; plane < to; plane++) {
    for (let i = 0; i < rows; i++) {
      const target = <usize>argument(1) + (<usize>((plane * height + top + i * rowStep) * width) << 2);
      joinRow(<usize>argument(0) + (<usize>((plane * rows + i) * pitch) << 2), <usize>argument(7), target, width, stride);
    }
  }
}

/** Element x of the row is element x / stride of the phase x % stride. */
function joinRow(source: usize, phase: usize, target: usize, width: i32, stride: i32): void {
  let x = 0;
  if (stride == 2) {
    for (; x + 8 <= width; x += 8, source += 16, target += 32) {
      const even = v128.load(source), odd = v128.load(source + phase);
      v128.store(target, v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
      v128.store(target, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16);
    }
  }
  for (; x < width; source += 4) {
    let p = source;
    for (let f = min(stride, width - x); f > 0; f--, x++, p += phase, target += 4) store<f32>(target, load<f32>(p));
  }
}

/**
 * Writes the rows `top`, `top + rowStep`, … of planes of height × width from phases `phase` bytes apart, each planes ×
 * rows × ⌈width / stride⌉ (the last column of some is not read).
 */
export function joinPhases(
  phases: usize, dx: usize, planes: i32, height: i32, width: i32, top: i32, rowStep: i32, stride: i32, phase: i32,
): void {
  setArgument(0, <i32>phases);
  setArgument(1, <i32>dx);
  setArgument(2, height);
  setArgument(3, width);
  setArgument(4, top);
  setArgument(5, rowStep);
  setArgument(6, stride);
  setArgument(7, phase);
  parallelFor(joinJob, planes, 1, <i64>planes * height * width >= 1 << 16);
}
