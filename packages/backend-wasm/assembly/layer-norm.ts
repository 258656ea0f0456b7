// Normalization of the rows of a dense (rows, n) matrix. A row stays in the cache while its sums are taken and its
// results are made. Sums are blocked as in reduce.ts; the variance is taken around the mean.
import { inverseRoot, setEpsilon } from "./epsilon";
import { argument, parallelFor, setArgument } from "./parallel";
import { horizontalSum, laneMask, multiplyAdd as fma, splat, storeLanes } from "./simd";

/** What stands for a weight or a bias that is not there; such a pointer does not advance. */
export const ones: usize = memory.data<f32>([1, 1, 1, 1], 16);
export const zeros: usize = memory.data(16, 16);

// @ts-ignore: decorator
@inline function term(kind: i32, x: usize, shift: v128): v128 {
  const u = f32x4.sub(v128.load(x), shift);
  return kind == 0 ? u : f32x4.mul(u, u);
}
/** Σ (x − shift), or of its squares; four sums at a time, so that additions overlap. */
// @ts-ignore: decorator
@inline function rowSum(kind: i32, x: usize, shift: v128, n: i32): f64 {
  let total: f64 = 0;
  while (n > 0) {
    let a = splat(0), b = a, c = a, d = a;
    let m = min(n, 1024);
    n -= m;
    for (; m >= 16; m -= 16, x += 64) {
      a = f32x4.add(a, term(kind, x, shift));
      b = f32x4.add(b, term(kind, x + 16, shift));
      c = f32x4.add(c, term(kind, x + 32, shift));
      d = f32x4.add(d, term(kind, x + 48, shift));
    }
    for (; m > 0; m -= 4, x += 16) a = f32x4.add(a, v128.and(term(kind, x, shift), laneMask(m)));
    total += horizontalSum(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  }
  return total;
}
function sum(x: usize, n: i32): f64 {
  return rowSum(0, x, splat(0), n);
}
export function squares(x: usize, shift: f32, n: i32): f64 {
  return rowSum(1, x, splat(shift), n);
}

/** Pointers to weight and bias advance by `w` and `b` bytes from four elements to the next. */
export function normalize(x: usize, z: usize, n: i32, mean: f32, root: f32, weight: usize, w: usize, bias: usize, b: usize): void {
  const m = splat(mean), r = splat(root);
  for (; n >= 8; n -= 8, x += 32, z += 32) {
    const u = fma(f32x4.mul(f32x4.sub(v128.load(x), m), r), v128.load(weight), v128.load(bias));
    const v = fma(f32x4.mul(f32x4.sub(v128.load(x, 16), m), r), v128.load(weight + w), v128.load(bias + b));
    v128.store(z, u);
    v128.store(z, v, 16);
    weight += w << 1;
    bias += b << 1;
  }
  for (; n > 0; n -= 4, x += 16, z += 16) {
    storeLanes(z, fma(f32x4.mul(f32x4.sub(v128.load(x), m), r), v128.load(weight), v128.load(bias)), n);
    weight += w;
    bias += b;
  }
}

function forwardRows(from: i32, to: i32, _thread: i32): void {
  const w: usize = argument(1) ? 16 : 0;
  const b: usize = argument(2) ? 16 : 0;
  const weight = w ? <usize>argument(1) : ones;
  const bias = b ? <usize>argument(2) : zeros;
  const n = argument(6);
  const bytes = <usize>n << 2;
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * bytes;
    const mean = <f32>(sum(x, n) / n);
    const variance = <f32>(squares(x, mean, n) / n);
    store<f32>(<usize>argument(4) + (<usize>i << 2), mean);
    store<f32>(<usize>argument(5) + (<usize>i << 2), variance);
    normalize(x, <usize>argument(3) + <usize>i * bytes, n, mean, <f32>inverseRoot(variance), weight, w, bias, b);
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
  setEpsilon(eps);
  parallelFor(forwardRows, rows, 1, <i64>rows * n >= 8192);
}
