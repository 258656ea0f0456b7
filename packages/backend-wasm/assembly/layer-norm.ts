// Normalization of the rows of a dense (rows, n) matrix, and its gradient. Sums are blocked as in batch-norm.ts.
import { squares, sum } from "./batch-norm";
import { argument, parallelFor, setArgument } from "./parallel";
import { horizontalSum, laneMask, multiplyAdd as fma, splat, storeLanes } from "./simd";

/** `eps`, as an argument in f32. */
const epsilon: usize = memory.data(4, 4);

/** 1 / √(variance + eps) */
// @ts-ignore: decorator
@inline function inverseRoot(variance: f32): f64 {
  return 1 / sqrt<f64>(<f64>variance + load<f32>(epsilon));
}
/** Four weights, or ones where there are none. */
// @ts-ignore: decorator
@inline function weights(weight: usize, skip: usize): v128 {
  return weight ? v128.load(weight + skip) : splat(1);
}

function forwardRows(from: i32, to: i32, _thread: i32): void {
  const weight = <usize>argument(1);
  const bias = <usize>argument(2);
  const n = argument(6);
  const bytes = <usize>n << 2;
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * bytes;
    const z = <usize>argument(3) + <usize>i * bytes;
    const mean = <f32>(sum(x, n) / n);
    const variance = <f32>(squares(x, mean, n) / n);
    store<f32>(<usize>argument(4) + (<usize>i << 2), mean);
    store<f32>(<usize>argument(5) + (<usize>i << 2), variance);
    const m = splat(mean);
    const root = splat(<f32>inverseRoot(variance));
    for (let j: usize = 0, left = n; left > 0; j += 16, left -= 4) {
      const normal = f32x4.mul(f32x4.sub(v128.load(x + j), m), root);
      const offset = bias ? v128.load(bias + j) : splat(0);
      storeLanes(z + j, fma(normal, weights(weight, j), offset), left);
    }
  }
}
/** `weight` and `bias` may be 0: none. */
export function layerNorm(
  x: usize, weight: usize, bias: usize, z: usize, mean: usize, variance: usize, rows: i32, n: i32, eps: f32,
): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>weight);
  setArgument(2, <i32>bias);
  setArgument(3, <i32>z);
  setArgument(4, <i32>mean);
  setArgument(5, <i32>variance);
  setArgument(6, n);
  store<f32>(epsilon, eps);
  parallelFor(forwardRows, rows, 1, <i64>rows * n >= 8192);
}

/** Σ g · weight, or with `centered` Σ g · weight · (x − mean). */
// @ts-ignore: decorator
@inline function gradientSum(centered: bool, x: usize, g: usize, weight: usize, mean: v128, n: i32): f64 {
  let total: f64 = 0;
  let j: usize = 0;
  while (n > 0) {
    let a = splat(0);
    let m = min(n, 256);
    n -= m;
    for (; m > 0; m -= 4, j += 16) {
      let v = f32x4.mul(v128.load(g + j), weights(weight, j));
      if (centered) v = f32x4.mul(v, f32x4.sub(v128.load(x + j), mean));
      a = f32x4.add(a, m >= 4 ? v : v128.and(v, laneMask(m)));
    }
    total += horizontalSum(a);
  }
  return total;
}

/** dx = (inner − mean(inner) − (x − mean) · slope) / √(variance + eps), inner = g · weight */
function backwardRows(from: i32, to: i32, _thread: i32): void {
  const weight = <usize>argument(4);
  const n = argument(8);
  const bytes = <usize>n << 2;
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * bytes;
    const g = <usize>argument(3) + <usize>i * bytes;
    const z = <usize>argument(5) + <usize>i * bytes;
    const mean = v128.load32_splat(<usize>argument(1) + (<usize>i << 2));
    const root = inverseRoot(load<f32>(<usize>argument(2) + (<usize>i << 2)));
    const part = splat(<f32>(gradientSum(false, x, g, weight, mean, n) / n));
    const slope = splat(<f32>((root * root * gradientSum(true, x, g, weight, mean, n)) / n));
    const scale = splat(<f32>root);
    for (let j: usize = 0, left = n; left > 0; j += 16, left -= 4) {
      const inner = f32x4.sub(f32x4.mul(v128.load(g + j), weights(weight, j)), part);
      const centered = f32x4.sub(v128.load(x + j), mean);
      storeLanes(z + j, f32x4.mul(f32x4.sub(inner, f32x4.mul(centered, slope)), scale), left);
    }
  }
}

/** Gradients of weight and bias, four columns at a time: at most 128 rows meet in f32, and the blocks in f64. */
function backwardColumns(from: i32, to: i32, _thread: i32): void {
  const rows = argument(9);
  const n = argument(8);
  const bytes = <usize>n << 2;
  for (let c = from; c < to; c += 4) {
    let x = <usize>argument(0) + (<usize>c << 2);
    let g = <usize>argument(3) + (<usize>c << 2);
    let dwLow = f64x2.splat(0);
    let dwHigh = dwLow;
    let dbLow = dwLow;
    let dbHigh = dwLow;
    for (let i = 0; i < rows; ) {
      let dw = splat(0);
      let db = splat(0);
      for (const end = min(rows, i + 128); i < end; i++, x += bytes, g += bytes) {
        const mean = v128.load32_splat(<usize>argument(1) + (<usize>i << 2));
        const root = <f32>inverseRoot(load<f32>(<usize>argument(2) + (<usize>i << 2)));
        const u = v128.load(g);
        db = f32x4.add(db, u);
        dw = fma(f32x4.mul(f32x4.sub(v128.load(x), mean), splat(root)), u, dw);
      }
      dwLow = f64x2.add(dwLow, f64x2.promote_low_f32x4(dw));
      dwHigh = f64x2.add(dwHigh, f64x2.promote_low_f32x4(v128.shuffle<f32>(dw, dw, 2, 3, 0, 1)));
      dbLow = f64x2.add(dbLow, f64x2.promote_low_f32x4(db));
      dbHigh = f64x2.add(dbHigh, f64x2.promote_low_f32x4(v128.shuffle<f32>(db, db, 2, 3, 0, 1)));
    }
    const at = <usize>c << 2;
    storeLanes(<usize>argument(6) + at, narrowed(dwLow, dwHigh), n - c);
    storeLanes(<usize>argument(7) + at, narrowed(dbLow, dbHigh), n - c);
  }
}
// @ts-ignore: decorator
@inline function narrowed(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** `weight` may be 0: then there is no gradient of weight and bias. */
export function layerNormGrad(
  x: usize, mean: usize, variance: usize, g: usize, weight: usize, dx: usize, dw: usize, db: usize, rows: i32, n: i32,
  eps: f32,
): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>mean);
  setArgument(2, <i32>variance);
  setArgument(3, <i32>g);
  setArgument(4, <i32>weight);
  setArgument(5, <i32>dx);
  setArgument(6, <i32>dw);
  setArgument(7, <i32>db);
  setArgument(8, n);
  setArgument(9, rows);
  store<f32>(epsilon, eps);
  const large = <i64>rows * n >= 8192;
  parallelFor(backwardRows, rows, 1, large);
  if (weight) parallelFor(backwardColumns, n, 16, large);
}
