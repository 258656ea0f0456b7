// Optimizer steps of one tensor. Their constants are broadcast from memory in each turn: held in registers they would
// be spilled. Outputs may be the inputs themselves.
import { argument, parallelFor, setArgument } from "./parallel";
import { multiplyAdd as fma, storeLanes } from "./simd";

/** Factors of a step, written by the host: see src/kernels/adam-step.ts and sgd-step.ts. */
const factors: usize = memory.data(12 * 4, 16);

export function factorsAddress(): usize {
  return factors;
}
// @ts-ignore: decorator
@inline function factor(i: i32): v128 {
  return v128.load32_splat(factors + (<usize>i << 2));
}

// 0 beta1, 1 1 - beta1, 2 beta2, 3 1 - beta2, 4 lr / correction1, 5 1 / √correction2, 6 eps, 7 penalty, 8 shrink
// @ts-ignore: decorator
@inline function adamLoop(keepsTop: bool, from: i32, to: i32): void {
  const first = <usize>from << 2;
  let p = <usize>argument(0) + first;
  let g = <usize>argument(1) + first;
  let m = <usize>argument(2) + first;
  let v = <usize>argument(3) + first;
  let t = <usize>argument(4) + first;
  let nextP = <usize>argument(5) + first;
  let nextM = <usize>argument(6) + first;
  let nextV = <usize>argument(7) + first;
  let nextT = <usize>argument(8) + first;
  let n = to - from;
  for (; n >= 4; n -= 4) {
    const value = v128.load(p);
    const gradient = fma(factor(7), value, v128.load(g));
    const mean = fma(factor(0), v128.load(m), f32x4.mul(factor(1), gradient));
    const square = fma(factor(2), v128.load(v), f32x4.mul(factor(3), f32x4.mul(gradient, gradient)));
    v128.store(nextM, mean);
    v128.store(nextV, square);
    let top = square;
    if (keepsTop) {
      top = f32x4.max(v128.load(t), square);
      v128.store(nextT, top);
      t += 16;
      nextT += 16;
    }
    const root = fma(f32x4.sqrt(top), factor(5), factor(6));
    v128.store(nextP, f32x4.sub(f32x4.mul(value, factor(8)), f32x4.div(f32x4.mul(factor(4), mean), root)));
    p += 16;
    g += 16;
    m += 16;
    v += 16;
    nextP += 16;
    nextM += 16;
    nextV += 16;
  }
  if (n > 0) {
    const value = v128.load(p);
    const gradient = fma(factor(7), value, v128.load(g));
    const mean = fma(factor(0), v128.load(m), f32x4.mul(factor(1), gradient));
    const square = fma(factor(2), v128.load(v), f32x4.mul(factor(3), f32x4.mul(gradient, gradient)));
    storeLanes(nextM, mean, n);
    storeLanes(nextV, square, n);
    let top = square;
    if (keepsTop) {
      top = f32x4.max(v128.load(t), square);
      storeLanes(nextT, top, n);
    }
    const root = fma(f32x4.sqrt(top), factor(5), factor(6));
    const step = f32x4.div(f32x4.mul(factor(4), mean), root);
    storeLanes(nextP, f32x4.sub(f32x4.mul(value, factor(8)), step), n);
  }
}
function adamPlain(from: i32, to: i32, _thread: i32): void {
  adamLoop(false, from, to);
}
function adamTop(from: i32, to: i32, _thread: i32): void {
  adamLoop(true, from, to);
}

// @ts-ignore: decorator
@inline function setAdam(p: usize, g: usize, m: usize, v: usize, nextP: usize, nextM: usize, nextV: usize): void {
  setArgument(0, <i32>p);
  setArgument(1, <i32>g);
  setArgument(2, <i32>m);
  setArgument(3, <i32>v);
  setArgument(5, <i32>nextP);
  setArgument(6, <i32>nextM);
  setArgument(7, <i32>nextV);
}
export function adam(p: usize, g: usize, m: usize, v: usize, nextP: usize, nextM: usize, nextV: usize, n: i32): void {
  setAdam(p, g, m, v, nextP, nextM, nextV);
  parallelFor(adamPlain, n, 1024, n >= 16384);
}
/** With the largest second moment so far (AMSGrad). */
export function adamWithTop(
  p: usize, g: usize, m: usize, v: usize, top: usize, nextP: usize, nextM: usize, nextV: usize, nextTop: usize, n: i32,
): void {
  setAdam(p, g, m, v, nextP, nextM, nextV);
  setArgument(4, <i32>top);
  setArgument(8, <i32>nextTop);
  parallelFor(adamTop, n, 1024, n >= 16384);
}

// 0 lr, 1 decay
function sgdPlain(from: i32, to: i32, _thread: i32): void {
  const first = <usize>from << 2;
  let p = <usize>argument(0) + first;
  let g = <usize>argument(1) + first;
  let z = <usize>argument(2) + first;
  for (let n = to - from; n > 0; n -= 4, p += 16, g += 16, z += 16) {
    const value = v128.load(p);
    storeLanes(z, f32x4.sub(value, f32x4.mul(factor(0), fma(factor(1), value, v128.load(g)))), n);
  }
}
export function sgd(p: usize, g: usize, z: usize, n: i32): void {
  setArgument(0, <i32>p);
  setArgument(1, <i32>g);
  setArgument(2, <i32>z);
  parallelFor(sgdPlain, n, 1024, n >= 16384);
}

// 0 lr, 1 decay, 2 kept part of the buffer, 3 part of the gradient that joins it, then the step's parts: 4 of the
// buffer, 5 of the gradient. A new buffer's content is masked out (6), for it may be NaN.
function sgdMoving(from: i32, to: i32, _thread: i32): void {
  const first = <usize>from << 2;
  let p = <usize>argument(0) + first;
  let g = <usize>argument(1) + first;
  let b = <usize>argument(2) + first;
  let z = <usize>argument(3) + first;
  let nextB = <usize>argument(4) + first;
  for (let n = to - from; n > 0; n -= 4) {
    const value = v128.load(p);
    const gradient = fma(factor(1), value, v128.load(g));
    const old = v128.and(v128.load(b), factor(6));
    const buffer = fma(factor(2), old, f32x4.mul(factor(3), gradient));
    storeLanes(nextB, buffer, n);
    const step = fma(factor(4), buffer, f32x4.mul(factor(5), gradient));
    storeLanes(z, f32x4.sub(value, f32x4.mul(factor(0), step)), n);
    p += 16;
    g += 16;
    b += 16;
    z += 16;
    nextB += 16;
  }
}
export function sgdWithMomentum(p: usize, g: usize, b: usize, z: usize, nextB: usize, n: i32): void {
  setArgument(0, <i32>p);
  setArgument(1, <i32>g);
  setArgument(2, <i32>b);
  setArgument(3, <i32>z);
  setArgument(4, <i32>nextB);
  parallelFor(sgdMoving, n, 1024, n >= 16384);
}
