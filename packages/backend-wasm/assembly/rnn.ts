// A simple recurrent layer over whole sequences, and its gradient: h' = activation(x + W h), tanh or relu. The running h
// lives in the output for the last state (backwards: for the first state's gradient).
import { reluOfTwo, tanhOfTwo } from "./gates";
import { argument, parallelFor, setArgument } from "./parallel";
import { isInside, isReversed, multiplyStates, packedWeight, rowsTogether, spaceOf, stepCount, units } from "./recurrent";
import { isWorthThreads, setUp } from "./recurrent-setup";
import { copyBytes, splat, storeLanes } from "./simd";

function forwardJob(from: i32, to: i32, thread: i32): void {
  const t = stepCount();
  const size = units();
  const bytes = <usize>size << 2;
  const space = spaceOf(thread);
  const products = space + (<usize>(rowsTogether * min(size, 256)) << 2);
  for (let first = from; first < to; first += rowsTogether) {
    const rows = min(rowsTogether, to - first);
    const h = <usize>argument(1) + <usize>first * bytes;
    for (let s = 0; s < t; s++) {
      const k = isReversed() ? t - 1 - s : s;
      multiplyStates(false, rows, size, size, h, bytes, packedWeight(), products, bytes, space, thread);
      for (let r = 0; r < rows; r++) {
        const at = <usize>((first + r) * t + k) * bytes;
        const y = <usize>argument(2) + at;
        if (!isInside(first + r, k)) {
          memory.fill(y, 0, bytes);
          continue;
        }
        const x = <usize>argument(0) + at;
        const a = products + <usize>r * bytes;
        if (argument(3)) reluOfTwo(x, a, y, size);
        else tanhOfTwo(x, a, y, size);
        copyBytes(h + <usize>r * bytes, y, bytes);
      }
    }
  }
}

/** `h` holds the first state, then the last. */
export function rnnSequence(
  x: usize, weight: usize, h: usize, y: usize, relu: i32, lengths: usize, n: i32, t: i32, size: i32, reverse: i32,
  workspace: usize,
): void {
  setUp(n, t, size, reverse, lengths, weight, 1, true, workspace);
  setArgument(0, <i32>x);
  setArgument(1, <i32>h);
  setArgument(2, <i32>y);
  setArgument(3, relu);
  parallelFor(forwardJob, n, 4, isWorthThreads(n, t, size, 1));
}

/** The gradient of one step into d; dh becomes 0, to be filled by the product with the weight. */
function gradients(relu: bool, y: usize, gy: usize, dh: usize, d: usize, size: i32): void {
  for (let left = size; left > 0; left -= 4) {
    const total = f32x4.add(v128.load(dh), v128.load(gy));
    const out = v128.load(y);
    const slope = f32x4.sub(splat(1), f32x4.mul(out, out));
    storeLanes(d, relu ? v128.and(total, f32x4.gt(out, splat(0))) : f32x4.mul(total, slope), left);
    storeLanes(dh, splat(0), left);
    y += 16; gy += 16; dh += 16; d += 16;
  }
}

function backwardJob(from: i32, to: i32, thread: i32): void {
  const t = stepCount();
  const size = units();
  const bytes = <usize>size << 2;
  const space = spaceOf(thread);
  for (let first = from; first < to; first += rowsTogether) {
    const rows = min(rowsTogether, to - first);
    const dh = <usize>argument(2) + <usize>first * bytes;
    for (let s = 0; s < t; s++) {
      const k = isReversed() ? s : t - 1 - s;
      for (let r = 0; r < rows; r++) {
        const at = <usize>((first + r) * t + k) * bytes;
        const d = <usize>argument(3) + at;
        if (!isInside(first + r, k)) memory.fill(d, 0, bytes);
        else {
          const y = <usize>argument(0) + at;
          gradients(argument(4) != 0, y, <usize>argument(1) + at, dh + <usize>r * bytes, d, size);
        }
      }
      const d = <usize>argument(3) + <usize>(first * t + k) * bytes;
      multiplyStates(true, rows, size, size, d, <usize>t * bytes, packedWeight(), dh, bytes, space, thread);
    }
  }
}

/** `dh` holds the gradient of the last state, then that of the first. */
export function rnnSequenceGrad(
  weight: usize, y: usize, gy: usize, dh: usize, d: usize, relu: i32, lengths: usize, n: i32, t: i32, size: i32,
  reverse: i32, workspace: usize,
): void {
  setUp(n, t, size, reverse, lengths, weight, 1, false, workspace);
  setArgument(0, <i32>y);
  setArgument(1, <i32>gy);
  setArgument(2, <i32>dh);
  setArgument(3, <i32>d);
  setArgument(4, relu);
  parallelFor(backwardJob, n, 4, isWorthThreads(n, t, size, 1));
}

/** The states before each step (n, t, h), from the outputs and the first state; lengths may be 0. */
export function statesBefore(
  y: usize, h0: usize, target: usize, lengths: usize, n: i32, t: i32, size: i32, reverse: i32,
): void {
  const bytes = <usize>size << 2;
  const all = <usize>(t - 1) * bytes;
  for (let row = 0; row < n; row++) {
    const from = y + <usize>row * (all + bytes);
    const to = target + <usize>row * (all + bytes);
    const first = h0 + <usize>row * bytes;
    if (reverse) {
      memory.copy(to, from + bytes, all);
      const length = lengths ? load<i32>(lengths + (<usize>row << 2)) : t;
      if (length > 0) copyBytes(to + <usize>(min(length, t) - 1) * bytes, first, bytes);
      if (length < t) memory.fill(to + all, 0, bytes);
    } else {
      copyBytes(to, first, bytes);
      memory.copy(to + bytes, from, all);
    }
  }
}
