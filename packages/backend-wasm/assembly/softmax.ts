// Softmax and its relatives over dense rows. Each row is shifted by its largest element; exponentials are summed in
// f32 over at most 512 elements, and the blocks in f64. Sixteen elements at a time: one exponential is a long chain, and
// four of them side by side fill the time it waits.
import { expBelow } from "./math";
import { argument, parallelFor, setArgument } from "./parallel";
import { horizontalSum, laneMask, splat, storeLanes } from "./simd";

/** The largest element that is no NaN (one shows in the sum): `pmax` is one instruction, `max` with its NaN is eight. */
function largest(x: usize, n: i32): f32 {
  let a = splat(-Infinity);
  let b = a, c = a, d = a;
  for (; n >= 16; n -= 16, x += 64) {
    a = f32x4.pmax(a, v128.load(x));
    b = f32x4.pmax(b, v128.load(x, 16));
    c = f32x4.pmax(c, v128.load(x, 32));
    d = f32x4.pmax(d, v128.load(x, 48));
  }
  for (; n >= 4; n -= 4, x += 16) a = f32x4.pmax(a, v128.load(x));
  if (n > 0) b = f32x4.pmax(b, v128.bitselect(v128.load(x), b, laneMask(n)));
  a = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
  a = f32x4.pmax(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1));
}

/** Σ e^(x - top); the terms are kept in z when `keep`. */
// @ts-ignore: decorator
@inline function exponentials(keep: bool, x: usize, z: usize, n: i32, top: f32): f64 {
  let total: f64 = 0;
  const shift = splat(top);
  while (n > 0) {
    let a = splat(0);
    let m = min(n, 512);
    n -= m;
    for (; m >= 16; m -= 16, x += 64) {
      const e0 = expBelow(f32x4.sub(v128.load(x), shift)), e1 = expBelow(f32x4.sub(v128.load(x, 16), shift));
      const e2 = expBelow(f32x4.sub(v128.load(x, 32), shift)), e3 = expBelow(f32x4.sub(v128.load(x, 48), shift));
      a = f32x4.add(a, f32x4.add(f32x4.add(e0, e1), f32x4.add(e2, e3)));
      if (keep) {
        v128.store(z, e0);
        v128.store(z, e1, 16);
        v128.store(z, e2, 32);
        v128.store(z, e3, 48);
        z += 64;
      }
    }
    for (; m >= 4; m -= 4, x += 16) {
      const u = expBelow(f32x4.sub(v128.load(x), shift));
      a = f32x4.add(a, u);
      if (keep) {
        v128.store(z, u);
        z += 16;
      }
    }
    if (m > 0) {
      const u = v128.and(expBelow(f32x4.sub(v128.load(x), shift)), laneMask(m));
      a = f32x4.add(a, u);
      if (keep) storeLanes(z, u, m);
    }
    total += horizontalSum(a);
  }
  return total;
}

function keptExponentials(x: usize, z: usize, n: i32, top: f32): f64 {
  return exponentials(true, x, z, n, top);
}
function sumOfExponentials(x: usize, n: i32, top: f32): f64 {
  return exponentials(false, x, 0, n, top);
}

function scale(z: usize, n: i32, factor: f32): void {
  const f = splat(factor);
  for (; n >= 4; n -= 4, z += 16) v128.store(z, f32x4.mul(v128.load(z), f));
  if (n > 0) storeLanes(z, f32x4.mul(v128.load(z), f), n);
}

function softmaxRows(from: i32, to: i32, _thread: i32): void {
  const n = argument(2);
  const pitch = <usize>n << 2;
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * pitch;
    const z = <usize>argument(1) + <usize>i * pitch;
    scale(z, n, <f32>(1 / keptExponentials(x, z, n, largest(x, n))));
  }
}
export function softmax(x: usize, z: usize, rows: i32, n: i32): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>z);
  setArgument(2, n);
  parallelFor(softmaxRows, rows, 1, <i64>rows * n >= 8192);
}

function logSoftmaxRows(from: i32, to: i32, _thread: i32): void {
  const n = argument(2);
  const pitch = <usize>n << 2;
  for (let i = from; i < to; i++) {
    let x = <usize>argument(0) + <usize>i * pitch;
    let z = <usize>argument(1) + <usize>i * pitch;
    const top = largest(x, n);
    const shift = splat(top);
    const log = splat(<f32>Math.log(sumOfExponentials(x, n, top)));
    // In this order, so that a large common offset costs no digits.
    let m = n;
    for (; m >= 4; m -= 4, x += 16, z += 16) v128.store(z, f32x4.sub(f32x4.sub(v128.load(x), shift), log));
    if (m > 0) storeLanes(z, f32x4.sub(f32x4.sub(v128.load(x), shift), log), m);
  }
}
export function logSoftmax(x: usize, z: usize, rows: i32, n: i32): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>z);
  setArgument(2, n);
  parallelFor(logSoftmaxRows, rows, 1, <i64>rows * n >= 8192);
}

function lossRows(from: i32, to: i32, _thread: i32): void {
  const n = argument(4);
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * (<usize>n << 2);
    const label = load<i32>(<usize>argument(1) + <usize>(i * argument(2)));
    const top = largest(x, n);
    const chosen: f64 = <u32>label < <u32>n ? load<f32>(x + (<usize>label << 2)) : NaN;
    store<f32>(<usize>argument(3) + (<usize>i << 2), <f32>(Math.log(sumOfExponentials(x, n, top)) + (<f64>top - chosen)));
  }
}
/** log Σ e^x − x[target], row by row. `step`: bytes from one target to the next. */
export function softmaxCrossEntropy(x: usize, target: usize, step: i32, z: usize, rows: i32, n: i32): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>target);
  setArgument(2, step);
  setArgument(3, <i32>z);
  setArgument(4, n);
  parallelFor(lossRows, rows, 1, <i64>rows * n >= 8192);
}

function lossGradientRows(from: i32, to: i32, _thread: i32): void {
  const n = argument(6);
  const pitch = <usize>n << 2;
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * pitch;
    const z = <usize>argument(5) + <usize>i * pitch;
    const label = load<i32>(<usize>argument(1) + <usize>(i * argument(2)));
    const weight = load<f32>(<usize>argument(3) + <usize>(i * argument(4)));
    const top = largest(x, n);
    const factor: f64 = 1 / keptExponentials(x, z, n, top);
    if (<u32>label >= <u32>n) {
      scale(z, n, <f32>(factor * weight));
      continue;
    }
    // The target's element apart: the two parts are nearly equal for a confident row.
    const place = z + (<usize>label << 2);
    const chosen = <f32>((load<f32>(place) * factor - 1) * weight);
    scale(z, n, <f32>(factor * weight));
    store<f32>(place, chosen);
  }
}
/** (softmax − one-hot target) · g, row by row. */
export function softmaxCrossEntropyGrad(
  x: usize, target: usize, step: i32, g: usize, gStep: i32, z: usize, rows: i32, n: i32,
): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>target);
  setArgument(2, step);
  setArgument(3, <i32>g);
  setArgument(4, gStep);
  setArgument(5, <i32>z);
  setArgument(6, n);
  parallelFor(lossGradientRows, rows, 1, <i64>rows * n >= 8192);
}
