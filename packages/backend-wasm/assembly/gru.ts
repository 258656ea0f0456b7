// A GRU over whole sequences, and its gradient. Gates in the order r, z, n; the reset gate acts after the matrix. The
// running h lives in the output for the last state (backwards: for the first state's gradient).
import { sigmoidOfThree } from "./gates";
import { tanh } from "./math";
import { argument, parallelFor, setArgument } from "./parallel";
import { isInside, isReversed, multiplyStates, packedWeight, rowsTogether, spaceOf, stepCount, units } from "./recurrent";
import { isWorthThreads, setUp } from "./recurrent-setup";
import { multiplyAdd as fma, splat, storeLanes } from "./simd";

/** The new state, from the gates r and z at `kept`, where n comes behind them; `shares` (or 0) takes the state's share of n. */
function states(x: usize, a: usize, bias: usize, kept: usize, h: usize, y: usize, shares: usize, size: i32): void {
  const gate = <usize>size << 2;
  for (let left = size; left > 0; left -= 4) {
    const share = f32x4.add(v128.load(a), v128.load(bias));
    const n = tanh(fma(v128.load(kept), share, v128.load(x)));
    const next = fma(v128.load(kept + gate), f32x4.sub(v128.load(h), n), n);
    if (shares) {
      storeLanes(kept + 2 * gate, n, left);
      storeLanes(shares, share, left);
      shares += 16;
    }
    storeLanes(h, next, left);
    storeLanes(y, next, left);
    x += 16; a += 16; bias += 16; kept += 16; h += 16; y += 16;
  }
}

/** One sequence: a holds the products with the state, `kept` takes the gates. */
function gates(x: usize, a: usize, bias: usize, kept: usize, h: usize, y: usize, shares: usize, size: i32): void {
  const two = <usize>size << 3;
  sigmoidOfThree(x, a, bias, kept, 2 * size);
  states(x + two, a + two, bias + two, kept, h, y, shares, size);
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
      multiplyStates(false, rows, 3 * size, size, h, bytes, packedWeight(), products, 3 * bytes, space, thread);
      for (let r = 0; r < rows; r++) {
        const row = first + r;
        const at = <usize>(row * t + k) * bytes;
        const y = <usize>argument(3) + at;
        if (isInside(row, k)) {
          const a = products + <usize>r * 3 * bytes;
          const kept: usize = keeps ? <usize>argument(4) + 3 * at : a;
          const shares: usize = keeps ? <usize>argument(5) + at : 0;
          gates(<usize>argument(0) + 3 * at, a, <usize>argument(2), kept, h + <usize>r * bytes, y, shares, size);
        } else memory.fill(y, 0, bytes);
      }
    }
  }
}

/** `h` holds the first state, then the last. `keep` and `shares` may be 0. */
export function gruSequence(
  x: usize, weight: usize, bias: usize, h: usize, y: usize, keep: usize, shares: usize, lengths: usize, n: i32, t: i32,
  size: i32, reverse: i32, workspace: usize,
): void {
  setUp(n, t, size, reverse, lengths, weight, 3, true, workspace);
  setArgument(0, <i32>x);
  setArgument(1, <i32>h);
  setArgument(2, <i32>bias);
  setArgument(3, <i32>y);
  setArgument(4, <i32>keep);
  setArgument(5, <i32>shares);
  parallelFor(forwardJob, n, 4, isWorthThreads(n, t, size, 3));
}

/** Gradients of one step at the gates' inputs (dx) and at the products with the state (d); dh becomes what z lets through. */
function gradients(
  kept: usize, share: usize, before: usize, gy: usize, dh: usize, dx: usize, d: usize, size: i32,
): void {
  const gate = <usize>size << 2;
  const one = splat(1);
  for (let left = size; left > 0; left -= 4) {
    const r = v128.load(kept), z = v128.load(kept + gate), n = v128.load(kept + 2 * gate);
    const total = f32x4.add(v128.load(dh), v128.load(gy));
    const dn = f32x4.mul(f32x4.mul(total, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(n, n)));
    const dz = f32x4.mul(f32x4.mul(total, f32x4.sub(v128.load(before), n)), f32x4.mul(z, f32x4.sub(one, z)));
    const dr = f32x4.mul(f32x4.mul(dn, v128.load(share)), f32x4.mul(r, f32x4.sub(one, r)));
    storeLanes(dx, dr, left);
    storeLanes(dx + gate, dz, left);
    storeLanes(dx + 2 * gate, dn, left);
    storeLanes(d, dr, left);
    storeLanes(d + gate, dz, left);
    storeLanes(d + 2 * gate, f32x4.mul(dn, r), left);
    storeLanes(dh, f32x4.mul(total, z), left);
    kept += 16; share += 16; before += 16; gy += 16; dh += 16; dx += 16; d += 16;
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
      for (let r = 0; r < rows; r++) {
        const row = first + r;
        const at = <usize>(row * t + k) * bytes;
        const dx = <usize>argument(5) + 3 * at;
        const d = <usize>argument(6) + 3 * at;
        if (!isInside(row, k)) {
          memory.fill(dx, 0, 3 * bytes);
          memory.fill(d, 0, 3 * bytes);
          continue;
        }
        gradients(
          <usize>argument(0) + 3 * at, <usize>argument(1) + at, <usize>argument(2) + at, <usize>argument(3) + at,
          <usize>argument(4) + <usize>row * bytes, dx, d, size,
        );
      }
      const d = <usize>argument(6) + <usize>(first * t + k) * 3 * bytes;
      const dh = <usize>argument(4) + <usize>first * bytes;
      multiplyStates(true, rows, size, 3 * size, d, <usize>t * 3 * bytes, packedWeight(), dh, bytes, space, thread);
    }
  }
}

/** `states` are those before each step (n, t, h); `dh` holds the gradient of the last state, then that of the first. */
export function gruSequenceGrad(
  weight: usize, kept: usize, shares: usize, states: usize, gy: usize, dh: usize, dx: usize, d: usize, lengths: usize,
  n: i32, t: i32, size: i32, reverse: i32, workspace: usize,
): void {
  setUp(n, t, size, reverse, lengths, weight, 3, false, workspace);
  setArgument(0, <i32>kept);
  setArgument(1, <i32>shares);
  setArgument(2, <i32>states);
  setArgument(3, <i32>gy);
  setArgument(4, <i32>dh);
  setArgument(5, <i32>dx);
  setArgument(6, <i32>d);
  parallelFor(backwardJob, n, 4, isWorthThreads(n, t, size, 3));
}
