// Batch normalization of dense (rows, channels), and its gradient. Rows are read one after the other, and their channels
// side by side. For sums over rows, those of a block meet in f32, and the blocks in f64: every block has sums of its own
// in the workspace, so that they do not depend on the number of threads. Behind them lie three vectors of channels.
import { inverseRoot, setEpsilon } from "./epsilon";
import { argument, parallelFor, setArgument } from "./parallel";
import { multiplyAdd as fma, storeLanes } from "./simd";

/** Rows of a block. */
const blockRows: i32 = 64;

// @ts-ignore: decorator
@inline function rows(): i32 { return argument(0); }
// @ts-ignore: decorator
@inline function channels(): i32 { return argument(1); }
// @ts-ignore: decorator
@inline function x(): usize { return <usize>argument(2); }
// @ts-ignore: decorator
@inline function g(): usize { return <usize>argument(3); }
// @ts-ignore: decorator
@inline function means(): usize { return <usize>argument(4); }
// @ts-ignore: decorator
@inline function variances(): usize { return <usize>argument(5); }
// @ts-ignore: decorator
@inline function output(): usize { return <usize>argument(7); }
// @ts-ignore: decorator
@inline function shares(): usize { return <usize>argument(10); }
// @ts-ignore: decorator
@inline function blocks(): i32 { return (rows() + blockRows - 1) / blockRows; }
/** One of the vectors behind the sums. */
// @ts-ignore: decorator
@inline function vector(i: i32): usize {
  return shares() + (<usize>(2 * blocks() + i) * <usize>channels() << 2);
}

/** Adds the rows of a block: 0 Σ x, 1 Σ (x − mean)², 2 Σ g and behind it Σ g (x − mean). */
// @ts-ignore: decorator
@inline function addRows(kind: i32, from: i32, to: i32): void {
  const bytes = <usize>channels() << 2;
  for (let block = from; block < to; block++) {
    const own = shares() + <usize>block * 2 * bytes;
    memory.fill(own, 0, 2 * bytes);
    const end = min(rows(), (block + 1) * blockRows);
    for (let i = block * blockRows; i < end; i++) {
      const skip = <usize>i * bytes;
      for (let j: usize = 0, left = channels(); left > 0; j += 16, left -= 4) {
        const u = v128.load(x() + skip + j);
        const a = v128.load(own + j);
        if (kind == 0) storeLanes(own + j, f32x4.add(a, u), left);
        else {
          const centered = f32x4.sub(u, v128.load(means() + j));
          if (kind == 1) storeLanes(own + j, fma(centered, centered, a), left);
          else {
            const v = v128.load(g() + skip + j);
            const b = v128.load(own + bytes + j);
            storeLanes(own + j, f32x4.add(a, v), left);
            storeLanes(own + bytes + j, fma(centered, v, b), left);
          }
        }
      }
    }
  }
}
function addValues(from: i32, to: i32, _thread: i32): void {
  addRows(0, from, to);
}
function addSquares(from: i32, to: i32, _thread: i32): void {
  addRows(1, from, to);
}
function addGradients(from: i32, to: i32, _thread: i32): void {
  addRows(2, from, to);
}

/** A channel's sum over all blocks; the second one for `half` 1. */
function total(channel: i32, half: i32): f64 {
  const step = <usize>channels() << 3;
  let p = shares() + (<usize>(half * channels() + channel) << 2);
  let sum: f64 = 0;
  for (let i = blocks(); i > 0; i--, p += step) sum += load<f32>(p);
  return sum;
}
function storeMeans(target: usize): void {
  for (let c = 0; c < channels(); c++) store<f32>(target + (<usize>c << 2), <f32>(total(c, 0) / rows()));
}

function normalizeRows(from: i32, to: i32, _thread: i32): void {
  const bytes = <usize>channels() << 2;
  const scales = vector(0), biases = vector(1);
  for (let i = from; i < to; i++) {
    const skip = <usize>i * bytes;
    for (let j: usize = 0, left = channels(); left > 0; j += 16, left -= 4) {
      const centered = f32x4.sub(v128.load(x() + skip + j), v128.load(means() + j));
      storeLanes(output() + skip + j, fma(centered, v128.load(scales + j), v128.load(biases + j)), left);
    }
  }
}

/** dx = scale · (g − mean(g) − (x − mean) · slope) */
function gradientRows(from: i32, to: i32, _thread: i32): void {
  const bytes = <usize>channels() << 2;
  const scales = vector(0), parts = vector(1), slopes = vector(2);
  for (let i = from; i < to; i++) {
    const skip = <usize>i * bytes;
    for (let j: usize = 0, left = channels(); left > 0; j += 16, left -= 4) {
      const centered = f32x4.sub(v128.load(x() + skip + j), v128.load(means() + j));
      const inner = f32x4.sub(v128.load(g() + skip + j), v128.load(parts + j));
      const v = f32x4.mul(f32x4.sub(inner, f32x4.mul(centered, v128.load(slopes + j))), v128.load(scales + j));
      storeLanes(output() + skip + j, v, left);
    }
  }
}

/** Bytes of workspace, forwards and backwards. */
export function batchNormRowsWorkspace(rows: i32, channels: i32): usize {
  return <usize>(2 * ((rows + blockRows - 1) / blockRows) + 3) * <usize>channels << 2;
}

/** `weight` and `bias` may be 0: none. */
export function batchNormRows(
  x: usize, weight: usize, bias: usize, z: usize, mean: usize, variance: usize, rows: i32, channels: i32, eps: f32,
  workspace: usize,
): void {
  setArgument(0, rows);
  setArgument(1, channels);
  setArgument(2, <i32>x);
  setArgument(4, <i32>mean);
  setArgument(5, <i32>variance);
  setArgument(7, <i32>z);
  setArgument(10, <i32>workspace);
  setEpsilon(eps);
  const large = <i64>rows * channels >= 16384;
  parallelFor(addValues, blocks(), 1, large);
  storeMeans(mean);
  parallelFor(addSquares, blocks(), 1, large);
  storeMeans(variance);
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    const root = <f32>inverseRoot(load<f32>(variances() + at));
    store<f32>(vector(0) + at, weight ? root * load<f32>(weight + at) : root);
    store<f32>(vector(1) + at, bias ? load<f32>(bias + at) : 0);
  }
  parallelFor(normalizeRows, rows, 16, large);
}

/** `weight` may be 0: then there is no gradient of weight and bias. */
export function batchNormRowsGrad(
  x: usize, mean: usize, variance: usize, g: usize, weight: usize, dx: usize, dw: usize, db: usize, rows: i32,
  channels: i32, eps: f32, workspace: usize,
): void {
  setArgument(0, rows);
  setArgument(1, channels);
  setArgument(2, <i32>x);
  setArgument(3, <i32>g);
  setArgument(4, <i32>mean);
  setArgument(5, <i32>variance);
  setArgument(7, <i32>dx);
  setArgument(10, <i32>workspace);
  setEpsilon(eps);
  const large = <i64>rows * channels >= 16384;
  parallelFor(addGradients, blocks(), 1, large);
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    const root = inverseRoot(load<f32>(variances() + at));
    const sum = total(c, 0);
    const dot = total(c, 1);
    store<f32>(vector(0) + at, <f32>(weight ? root * load<f32>(weight + at) : root));
    store<f32>(vector(1) + at, <f32>(sum / rows));
    store<f32>(vector(2) + at, <f32>((root * root * dot) / rows));
    if (weight) {
      store<f32>(dw + at, <f32>(dot * root));
      store<f32>(db + at, <f32>sum);
    }
  }
  parallelFor(gradientRows, rows, 16, large);
}
