// Normalization of the rows of a dense (rows, n) matrix, and its gradient. A row stays in the cache while its sums are
// taken and its results are made. Sums of a row are blocked as in reduce.ts. For the gradients of weight and bias, rows
// that follow each other meet in f32, as many as a block has, and the blocks meet in f64: every block has sums of its
// own in the workspace, so that they do not depend on the number of threads.
import { argument, parallelFor, setArgument } from "./parallel";
import { horizontalSum, laneMask, multiplyAdd as fma, splat, storeLanes } from "./simd";

/** `eps`, as an argument in f32. */
const epsilon: usize = memory.data(4, 4);
/** Rows of a block. */
const blockRows: i32 = 64;
/** What stands for a weight or a bias that is not there; such a pointer does not advance. */
const ones: usize = memory.data<f32>([1, 1, 1, 1], 16);
const zeros: usize = memory.data(16, 16);

/** 1 / √(variance + eps) */
// @ts-ignore: decorator
@inline function inverseRoot(variance: f32): f64 {
  return 1 / sqrt<f64>(<f64>variance + load<f32>(epsilon));
}

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
function squares(x: usize, shift: f32, n: i32): f64 {
  return rowSum(1, x, splat(shift), n);
}

/** Pointers to weight and bias advance by `w` and `b` bytes from four elements to the next. */
function normalize(x: usize, z: usize, n: i32, mean: f32, root: f32, weight: usize, w: usize, bias: usize, b: usize): void {
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
  store<f32>(epsilon, eps);
  parallelFor(forwardRows, rows, 1, <i64>rows * n >= 8192);
}

/** What the two sums of a row give: the mean of inner = g · weight, and the mean of inner · (x − mean). */
const rowMeans: usize = memory.data(64 * 16, 16);

function gradientSums(x: usize, g: usize, weight: usize, w: usize, mean: f32, n: i32, means: usize): void {
  const shift = splat(mean), count = <f64>n;
  let part: f64 = 0, dot: f64 = 0;
  while (n > 0) {
    let a = splat(0), b = a, c = a, d = a;
    let m = min(n, 512);
    n -= m;
    for (; m >= 8; m -= 8, x += 32, g += 32) {
      const u = f32x4.mul(v128.load(g), v128.load(weight));
      const v = f32x4.mul(v128.load(g, 16), v128.load(weight + w));
      a = f32x4.add(a, u);
      b = f32x4.add(b, v);
      c = fma(u, f32x4.sub(v128.load(x), shift), c);
      d = fma(v, f32x4.sub(v128.load(x, 16), shift), d);
      weight += w << 1;
    }
    for (; m > 0; m -= 4, x += 16, g += 16) {
      const u = v128.and(f32x4.mul(v128.load(g), v128.load(weight)), laneMask(m));
      a = f32x4.add(a, u);
      c = fma(u, v128.and(f32x4.sub(v128.load(x), shift), laneMask(m)), c);
      weight += w;
    }
    part += horizontalSum(f32x4.add(a, b));
    dot += horizontalSum(f32x4.add(c, d));
  }
  store<f64>(means, part / count);
  store<f64>(means, dot / count, 8);
}

/** dx = (g · weight − part − (x − mean) · slope) · root, and the row's shares of dw and db, of which db comes behind dw. */
// @ts-ignore: decorator
@inline function gradientRow(
  sums: bool, x: usize, g: usize, z: usize, weight: usize, w: usize, shares: usize, to: usize, n: i32, mean: f32,
  part: f32, slope: f32, root: f32,
): void {
  const m = splat(mean), p = splat(part), s = splat(slope), r = splat(root);
  for (; n >= 4; n -= 4, x += 16, g += 16, z += 16) {
    const u = v128.load(g), centered = f32x4.sub(v128.load(x), m);
    const inner = f32x4.sub(f32x4.mul(u, v128.load(weight)), p);
    if (sums) {
      const dw = fma(f32x4.mul(centered, r), u, v128.load(shares));
      const db = f32x4.add(u, v128.load(shares + to));
      v128.store(shares, dw);
      v128.store(shares + to, db);
      shares += 16;
    }
    v128.store(z, f32x4.mul(f32x4.sub(inner, f32x4.mul(centered, s)), r));
    weight += w;
  }
  if (n > 0) {
    const u = v128.load(g), centered = f32x4.sub(v128.load(x), m);
    const inner = f32x4.sub(f32x4.mul(u, v128.load(weight)), p);
    if (sums) {
      storeLanes(shares, fma(f32x4.mul(centered, r), u, v128.load(shares)), n);
      storeLanes(shares + to, f32x4.add(u, v128.load(shares + to)), n);
    }
    storeLanes(z, f32x4.mul(f32x4.sub(inner, f32x4.mul(centered, s)), r), n);
  }
}
function gradientRowAlone(
  x: usize, g: usize, z: usize, weight: usize, n: i32, mean: f32, part: f32, slope: f32, root: f32,
): void {
  gradientRow(false, x, g, z, weight, 0, 0, 0, n, mean, part, slope, root);
}
function gradientRowWithSums(
  x: usize, g: usize, z: usize, weight: usize, shares: usize, to: usize, n: i32, mean: f32, part: f32, slope: f32,
  root: f32,
): void {
  gradientRow(true, x, g, z, weight, 16, shares, to, n, mean, part, slope, root);
}

function backwardBlocks(from: i32, to: i32, thread: i32): void {
  const weight = <usize>argument(4);
  const n = argument(8);
  const bytes = <usize>n << 2;
  const means = rowMeans + (<usize>thread << 4);
  for (let block = from; block < to; block++) {
    const shares = <usize>argument(10) + <usize>block * 2 * bytes;
    if (weight) memory.fill(shares, 0, 2 * bytes);
    const end = min(argument(9), (block + 1) * blockRows);
    for (let i = block * blockRows; i < end; i++) {
      const x = <usize>argument(0) + <usize>i * bytes;
      const g = <usize>argument(3) + <usize>i * bytes;
      const z = <usize>argument(5) + <usize>i * bytes;
      const mean = load<f32>(<usize>argument(1) + (<usize>i << 2));
      const root = inverseRoot(load<f32>(<usize>argument(2) + (<usize>i << 2)));
      gradientSums(x, g, weight ? weight : ones, weight ? 16 : 0, mean, n, means);
      const part = <f32>load<f64>(means);
      const slope = <f32>(root * root * load<f64>(means, 8));
      if (weight) gradientRowWithSums(x, g, z, weight, shares, bytes, n, mean, part, slope, <f32>root);
      else gradientRowAlone(x, g, z, ones, n, mean, part, slope, <f32>root);
    }
  }
}

/** Sums the blocks' shares of dw and db, four columns at a time. */
function sumShares(from: i32, to: i32, _thread: i32): void {
  const n = argument(8);
  const bytes = <usize>n << 2;
  const blocks = (argument(9) + blockRows - 1) / blockRows;
  for (let j = from; j < to; j += 4) {
    for (let k: usize = 0; k < 2; k++) {
      let p = <usize>argument(10) + k * bytes + (<usize>j << 2);
      let low = f64x2.splat(0), high = low;
      for (let i = 0; i < blocks; i++, p += 2 * bytes) {
        const v = v128.load(p);
        low = f64x2.add(low, f64x2.promote_low_f32x4(v));
        high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)));
      }
      const total = v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
      storeLanes(<usize>argument(k ? 7 : 6) + (<usize>j << 2), total, n - j);
    }
  }
}

/** Bytes of workspace for the gradient where there is a weight. */
export function layerNormGradWorkspace(rows: i32, n: i32): usize {
  return (<usize>((rows + blockRows - 1) / blockRows) * <usize>n) << 3;
}

/** `weight` may be 0: then there is no gradient of weight and bias, and no workspace. */
export function layerNormGrad(
  x: usize, mean: usize, variance: usize, g: usize, weight: usize, dx: usize, dw: usize, db: usize, rows: i32, n: i32,
  eps: f32, workspace: usize,
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
  setArgument(10, <i32>workspace);
  store<f32>(epsilon, eps);
  const large = <i64>rows * n >= 8192;
  parallelFor(backwardBlocks, (rows + blockRows - 1) / blockRows, 1, large);
  if (weight) parallelFor(sumShares, n, 16, large);
}
