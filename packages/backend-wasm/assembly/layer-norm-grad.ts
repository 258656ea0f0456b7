// The gradients of layer-norm.ts and rms-norm.ts. For the gradients of weight and bias, rows that follow each other meet in
// f32, as many as a block has, and the blocks meet in f64: every block has sums of its own in the workspace, so that they
// do not depend on the number of threads. They are taken while a row is in the cache: going down the columns takes four
// times as long.
import { inverseRoot, setEpsilon } from "./epsilon";
import { ones } from "./layer-norm";
import { argument, parallelFor, setArgument } from "./parallel";
import { horizontalSum, laneMask, multiplyAdd as fma, splat, storeLanes } from "./simd";

/** Rows of a block. */
const blockRows: i32 = 64;
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
      const centers = <usize>argument(1);
      const mean: f32 = centers ? load<f32>(centers + (<usize>i << 2)) : 0;
      const second = load<f32>(<usize>argument(2) + (<usize>i << 2));
      const root: f64 = centers ? inverseRoot(second) : second;
      gradientSums(x, g, weight ? weight : ones, weight ? 16 : 0, mean, n, means);
      const part: f32 = centers ? <f32>load<f64>(means) : 0;
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
    for (let k: usize = 0; k < (argument(7) ? 2 : 1); k++) {
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

/**
 * `weight` may be 0: then there is no gradient of weight and bias, and no workspace. For rms-norm.ts, `mean` and `db` are 0,
 * and `variance` is the factor of each row.
 */
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
  setEpsilon(eps);
  const large = <i64>rows * n >= 8192;
  parallelFor(backwardBlocks, (rows + blockRows - 1) / blockRows, 1, large);
  if (weight) parallelFor(sumShares, n, 16, large);
}
