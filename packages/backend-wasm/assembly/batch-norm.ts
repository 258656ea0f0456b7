// Batch normalization of dense (images, channels, places) and its gradient, channel by channel. Sums are blocked as in
// reduce.ts; the variance is taken around the mean, not as a difference of squares.
import { inverseRoot, setEpsilon } from "./epsilon";
import { argument, parallelFor, setArgument } from "./parallel";
import { horizontalSum, laneMask, multiplyAdd as fma, splat, storeLanes } from "./simd";

/** Σ (x - shift) over a run, or of its squares, or of its products with g. */
// @ts-ignore: decorator
@inline function runSum(kind: i32, x: usize, g: usize, shift: v128, n: i32): f64 {
  let total: f64 = 0;
  while (n > 0) {
    let a = splat(0);
    let b = a;
    let m = min(n, 512);
    n -= m;
    for (; m >= 8; m -= 8, x += 32, g += 32) {
      const u = f32x4.sub(v128.load(x), shift);
      const v = f32x4.sub(v128.load(x, 16), shift);
      a = kind == 0 ? f32x4.add(a, u) : fma(u, kind == 1 ? u : v128.load(g), a);
      b = kind == 0 ? f32x4.add(b, v) : fma(v, kind == 1 ? v : v128.load(g, 16), b);
    }
    for (; m > 0; m -= 4, x += 16, g += 16) {
      const mask = laneMask(m);
      const u = v128.and(f32x4.sub(v128.load(x), shift), mask);
      a = kind == 0 ? f32x4.add(a, u) : fma(u, kind == 1 ? u : v128.and(v128.load(g), mask), a);
    }
    total += horizontalSum(f32x4.add(a, b));
  }
  return total;
}
function sum(x: usize, n: i32): f64 {
  return runSum(0, x, 0, splat(0), n);
}
function squares(x: usize, shift: f32, n: i32): f64 {
  return runSum(1, x, 0, splat(shift), n);
}
function products(x: usize, g: usize, shift: f32, n: i32): f64 {
  return runSum(2, x, g, splat(shift), n);
}

function normalize(x: usize, z: usize, n: i32, mean: f32, scale: f32, bias: f32): void {
  const m = splat(mean);
  const s = splat(scale);
  const b = splat(bias);
  for (; n > 0; n -= 4, x += 16, z += 16) storeLanes(z, fma(f32x4.sub(v128.load(x), m), s, b), n);
}

function forwardChannels(from: i32, to: i32, _thread: i32): void {
  const weight = <usize>argument(1);
  const bias = <usize>argument(2);
  const images = argument(6);
  const channels = argument(7);
  const places = argument(8);
  const pitch = <usize>channels * (<usize>places << 2);
  const count = <f64>images * places;
  for (let c = from; c < to; c++) {
    const at = <usize>c << 2;
    const first = <usize>c * (<usize>places << 2);
    const x = <usize>argument(0) + first;
    const z = <usize>argument(3) + first;
    let total: f64 = 0;
    for (let i = 0; i < images; i++) total += sum(x + <usize>i * pitch, places);
    const mean = <f32>(total / count);
    total = 0;
    for (let i = 0; i < images; i++) total += squares(x + <usize>i * pitch, mean, places);
    const variance = <f32>(total / count);
    store<f32>(<usize>argument(4) + at, mean);
    store<f32>(<usize>argument(5) + at, variance);
    const root = <f32>inverseRoot(variance);
    const scale = weight ? root * load<f32>(weight + at) : root;
    const offset: f32 = bias ? load<f32>(bias + at) : 0;
    for (let i = 0; i < images; i++) normalize(x + <usize>i * pitch, z + <usize>i * pitch, places, mean, scale, offset);
  }
}
/** `weight` and `bias` may be 0: none. */
export function batchNorm(
  x: usize, weight: usize, bias: usize, z: usize, mean: usize, variance: usize, images: i32, channels: i32, places: i32,
  eps: f32,
): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>weight);
  setArgument(2, <i32>bias);
  setArgument(3, <i32>z);
  setArgument(4, <i32>mean);
  setArgument(5, <i32>variance);
  setArgument(6, images);
  setArgument(7, channels);
  setArgument(8, places);
  setEpsilon(eps);
  parallelFor(forwardChannels, channels, 1, <i64>images * channels * places >= 8192);
}

/** dx = scale · (g − mean(g) − (x − mean) · slope) */
function backwardRun(x: usize, g: usize, z: usize, n: i32, mean: f32, part: f32, slope: f32, scale: f32): void {
  const m = splat(mean);
  const p = splat(part);
  const k = splat(slope);
  const s = splat(scale);
  for (; n > 0; n -= 4, x += 16, g += 16, z += 16) {
    const centered = f32x4.sub(v128.load(x), m);
    storeLanes(z, f32x4.mul(f32x4.sub(f32x4.sub(v128.load(g), p), f32x4.mul(centered, k)), s), n);
  }
}

function backwardChannels(from: i32, to: i32, _thread: i32): void {
  const weight = <usize>argument(4);
  const images = argument(8);
  const channels = argument(9);
  const places = argument(10);
  const pitch = <usize>channels * (<usize>places << 2);
  const count = <f64>images * places;
  for (let c = from; c < to; c++) {
    const at = <usize>c << 2;
    const first = <usize>c * (<usize>places << 2);
    const x = <usize>argument(0) + first;
    const g = <usize>argument(3) + first;
    const z = <usize>argument(5) + first;
    const mean = load<f32>(<usize>argument(1) + at);
    const root = inverseRoot(load<f32>(<usize>argument(2) + at));
    let total: f64 = 0;
    let dot: f64 = 0;
    for (let i = 0; i < images; i++) {
      total += sum(g + <usize>i * pitch, places);
      dot += products(x + <usize>i * pitch, g + <usize>i * pitch, mean, places);
    }
    const part = <f32>(total / count);
    const slope = <f32>((root * root * dot) / count);
    const scale = <f32>(weight ? root * load<f32>(weight + at) : root);
    for (let i = 0; i < images; i++) {
      const skip = <usize>i * pitch;
      backwardRun(x + skip, g + skip, z + skip, places, mean, part, slope, scale);
    }
    if (weight) {
      store<f32>(<usize>argument(6) + at, <f32>(dot * root));
      store<f32>(<usize>argument(7) + at, <f32>total);
    }
  }
}
/** `weight` may be 0: then there is no gradient of weight and bias. */
export function batchNormGrad(
  x: usize, mean: usize, variance: usize, g: usize, weight: usize, dx: usize, dw: usize, db: usize, images: i32,
  channels: i32, places: i32, eps: f32,
): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>mean);
  setArgument(2, <i32>variance);
  setArgument(3, <i32>g);
  setArgument(4, <i32>weight);
  setArgument(5, <i32>dx);
  setArgument(6, <i32>dw);
  setArgument(7, <i32>db);
  setArgument(8, images);
  setArgument(9, channels);
  setArgument(10, places);
  setEpsilon(eps);
  parallelFor(backwardChannels, channels, 1, <i64>images * channels * places >= 8192);
}
