// An LSTM over whole sequences, and its gradient. Gates in the order i, f, g, o. The running h and c live in the outputs
// for the last state (backwards: for the first state's gradients).
import { sigmoidOfTwo, tanhOfTwo } from "./gates";
import { tanh } from "./math";
import { argument, parallelFor, setArgument } from "./parallel";
import { isInside, isReversed, multiplyStates, packedWeight, rowsTogether, spaceOf, stepCount, units } from "./recurrent";
import { isWorthThreads, setUp } from "./recurrent-setup";
import { copyBytes, multiplyAdd as fma, splat, storeLanes } from "./simd";

/** The cell and the state that the activated gates at z give. */
function states(z: usize, c: usize, h: usize, y: usize, size: i32): void {
  const gate = <usize>size << 2;
  for (let left = size; left > 0; left -= 4) {
    const cell = fma(v128.load(z + gate), v128.load(c), f32x4.mul(v128.load(z), v128.load(z + 2 * gate)));
    const next = f32x4.mul(v128.load(z + 3 * gate), tanh(cell));
    storeLanes(c, cell, left);
    storeLanes(h, next, left);
    storeLanes(y, next, left);
    z += 16; c += 16; h += 16; y += 16;
  }
}

/** One sequence: x and a are the shares of the input and of the state, z takes the activated gates. */
function gates(x: usize, a: usize, z: usize, c: usize, h: usize, y: usize, size: i32): void {
  const two = <usize>size << 3;
  const three = two + (<usize>size << 2);
  sigmoidOfTwo(x, a, z, 2 * size);
  tanhOfTwo(x + two, a + two, z + two, size);
  sigmoidOfTwo(x + three, a + three, z + three, size);
  states(z, c, h, y, size);
}

function forwardJob(from: i32, to: i32, thread: i32): void {
  const t = stepCount();
  const size = units();
  const bytes = <usize>size << 2;
  const space = spaceOf(thread);
  const products = space + (<usize>(rowsTogether * min(size, 256)) << 2);
  const keeps = argument(4) != 0;
  for (let first = from; first < to; first += rowsTogether) {
    const rows = min(rowsTogether, to - first);
    const h = <usize>argument(1) + <usize>first * bytes;
    for (let s = 0; s < t; s++) {
      const k = isReversed() ? t - 1 - s : s;
      multiplyStates(false, rows, 4 * size, size, h, bytes, packedWeight(), products, 4 * bytes, space, thread);
      for (let r = 0; r < rows; r++) {
        const row = first + r;
        const at = <usize>(row * t + k) * bytes;
        const c = <usize>argument(2) + <usize>row * bytes;
        const y = <usize>argument(3) + at;
        if (isInside(row, k)) {
          const a = products + <usize>r * 4 * bytes;
          const z: usize = keeps ? <usize>argument(4) + 4 * at : a;
          gates(<usize>argument(0) + 4 * at, a, z, c, h + <usize>r * bytes, y, size);
        } else memory.fill(y, 0, bytes);
        if (keeps) copyBytes(<usize>argument(5) + at, c, bytes);
      }
    }
  }
}

/** `h` and `c` hold the first state, then the last. `keep` and `cells` may be 0. */
export function lstmSequence(
  x: usize, weight: usize, h: usize, c: usize, y: usize, keep: usize, cells: usize, lengths: usize, n: i32, t: i32,
  size: i32, reverse: i32, workspace: usize,
): void {
  setUp(n, t, size, reverse, lengths, weight, 4, true, workspace);
  setArgument(0, <i32>x);
  setArgument(1, <i32>h);
  setArgument(2, <i32>c);
  setArgument(3, <i32>y);
  setArgument(4, <i32>keep);
  setArgument(5, <i32>cells);
  parallelFor(forwardJob, n, 4, isWorthThreads(n, t, size, 4));
}

/** Gradients of one step's gates into d; dh becomes 0, to be filled by the product with the weight, dc that of the cell before. */
function gradients(
  kept: usize, cell: usize, before: usize, gy: usize, dh: usize, dc: usize, d: usize, size: i32,
): void {
  const gate = <usize>size << 2;
  const one = splat(1);
  for (let left = size; left > 0; left -= 4) {
    const i = v128.load(kept), f = v128.load(kept + gate), g = v128.load(kept + 2 * gate), o = v128.load(kept + 3 * gate);
    const squashed = tanh(v128.load(cell));
    const total = f32x4.add(v128.load(dh), v128.load(gy));
    const toCell = f32x4.mul(f32x4.mul(total, o), f32x4.sub(one, f32x4.mul(squashed, squashed)));
    const c = f32x4.add(v128.load(dc), toCell);
    storeLanes(d, f32x4.mul(f32x4.mul(c, g), f32x4.mul(i, f32x4.sub(one, i))), left);
    storeLanes(d + gate, f32x4.mul(f32x4.mul(c, v128.load(before)), f32x4.mul(f, f32x4.sub(one, f))), left);
    storeLanes(d + 2 * gate, f32x4.mul(f32x4.mul(c, i), f32x4.sub(one, f32x4.mul(g, g))), left);
    storeLanes(d + 3 * gate, f32x4.mul(f32x4.mul(total, squashed), f32x4.mul(o, f32x4.sub(one, o))), left);
    storeLanes(dc, f32x4.mul(c, f), left);
    storeLanes(dh, splat(0), left);
    kept += 16; cell += 16; before += 16; gy += 16; dh += 16; dc += 16; d += 16;
  }
}

function backwardJob(from: i32, to: i32, thread: i32): void {
  const t = stepCount();
  const size = units();
  const bytes = <usize>size << 2;
  const space = spaceOf(thread);
  for (let first = from; first < to; first += rowsTogether) {
    const rows = min(rowsTogether, to - first);
    for (let s = 0; s < t; s++) {
      const k = isReversed() ? s : t - 1 - s;
      const earlier = isReversed() ? k + 1 : k - 1;
      for (let r = 0; r < rows; r++) {
        const row = first + r;
        const at = <usize>(row * t + k) * bytes;
        const state = <usize>row * bytes;
        const d = <usize>argument(6) + 4 * at;
        if (!isInside(row, k)) {
          memory.fill(d, 0, 4 * bytes);
          continue;
        }
        const c0 = <usize>argument(2) + state;
        const before = earlier < 0 || earlier == t ? c0 : <usize>argument(1) + <usize>(row * t + earlier) * bytes;
        gradients(
          <usize>argument(0) + 4 * at, <usize>argument(1) + at, before, <usize>argument(3) + at,
          <usize>argument(4) + state, <usize>argument(5) + state, d, size,
        );
      }
      const d = <usize>argument(6) + <usize>(first * t + k) * 4 * bytes;
      const dh = <usize>argument(4) + <usize>first * bytes;
      multiplyStates(true, rows, size, 4 * size, d, <usize>t * 4 * bytes, packedWeight(), dh, bytes, space, thread);
    }
  }
}

/** `dh` and `dc` hold the gradients of the last state, then those of the first. */
export function lstmSequenceGrad(
  weight: usize, c0: usize, kept: usize, cells: usize, gy: usize, dh: usize, dc: usize, d: usize, lengths: usize,
  n: i32, t: i32, size: i32, reverse: i32, workspace: usize,
): void {
  setUp(n, t, size, reverse, lengths, weight, 4, false, workspace);
  setArgument(0, <i32>kept);
  setArgument(1, <i32>cells);
  setArgument(2, <i32>c0);
  setArgument(3, <i32>gy);
  setArgument(4, <i32>dh);
  setArgument(5, <i32>dc);
  setArgument(6, <i32>d);
  parallelFor(backwardJob, n, 4, isWorthThreads(n, t, size, 4));
}
