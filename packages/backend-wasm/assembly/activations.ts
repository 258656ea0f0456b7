// Smooth activations of dense arrays and their gradients. Kinds: 0 gelu, 1 gelu by tanh, 2 silu.
import { expBelow, sigmoid } from "./math";
import { argument, parallelFor, setArgument } from "./parallel";
import { multiplyAdd as fma, splat, storeLanes } from "./simd";

// Coefficients of log(erfc(z) / t) + z² in t = 1 / (1 + z/2), highest first (Numerical Recipes, erfcc), then
// √½, 1/2, 1, -20, 1/√(2π), and of the approximation by tanh: 2√(2/π), 0.044715, 3 · 0.044715.
const table: usize = memory.data<f32>([
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
  -1.26551223, 0.70710678, 0.5, 1, -20, 0.39894228, 1.59576912, 0.044715, 0.134145,
]);
// @ts-ignore: decorator
@inline function at(i: i32): v128 {
  return v128.load32_splat(table + (<usize>i << 2));
}

/** The normal distribution function. The tail below zero is relatively exact, as no difference from 1 is taken. */
// @ts-ignore: decorator
@inline function normal(x: v128): v128 {
  const z = f32x4.mul(f32x4.abs(x), at(10));
  const t = f32x4.div(at(12), fma(z, at(11), at(12)));
  let p = fma(at(0), t, at(1));
  p = fma(p, t, at(2));
  p = fma(p, t, at(3));
  p = fma(p, t, at(4));
  p = fma(p, t, at(5));
  p = fma(p, t, at(6));
  p = fma(p, t, at(7));
  p = fma(p, t, at(8));
  p = fma(p, t, at(9));
  const tail = f32x4.mul(f32x4.mul(at(11), t), expBelow(fma(f32x4.mul(x, x), f32x4.neg(at(11)), p)));
  return v128.bitselect(tail, f32x4.sub(at(12), tail), f32x4.lt(x, splat(0)));
}

/** The argument of the sigmoid in the approximation: (1 + tanh u) / 2 = sigmoid(2u). */
// @ts-ignore: decorator
@inline function twiceU(x: v128): v128 {
  return f32x4.mul(f32x4.mul(x, at(15)), fma(f32x4.mul(x, x), at(16), at(12)));
}

// @ts-ignore: decorator
@inline function apply(kind: i32, x: v128): v128 {
  if (kind == 2) return f32x4.mul(x, sigmoid(x));
  // Below -20 all is 0, of minus infinity too.
  return f32x4.mul(f32x4.pmax(x, at(13)), kind == 0 ? normal(x) : sigmoid(twiceU(x)));
}

/** The derivative at x. p (1 - p) of the sigmoid p is e p² with e = e^-|argument|: nothing cancels. */
// @ts-ignore: decorator
@inline function slope(kind: i32, x: v128): v128 {
  if (kind == 0) {
    const density = f32x4.mul(expBelow(f32x4.mul(f32x4.mul(x, x), f32x4.neg(at(11)))), at(14));
    return fma(x, density, normal(x));
  }
  const u = kind == 1 ? twiceU(x) : x;
  const e = expBelow(f32x4.neg(f32x4.abs(u)));
  const above = f32x4.div(at(12), f32x4.add(at(12), e));
  const below = f32x4.mul(e, above);
  const p = v128.bitselect(below, above, f32x4.lt(u, splat(0)));
  let inner = x;
  if (kind == 1) inner = f32x4.mul(f32x4.mul(x, at(15)), fma(f32x4.mul(x, x), at(17), at(12)));
  return fma(inner, f32x4.mul(below, above), p);
}

// @ts-ignore: decorator
@inline function forward(kind: i32, from: i32, to: i32): void {
  let x = <usize>argument(0) + (<usize>from << 2);
  let z = <usize>argument(1) + (<usize>from << 2);
  for (let n = to - from; n > 0; n -= 4, x += 16, z += 16) storeLanes(z, apply(kind, v128.load(x)), n);
}
function gelus(from: i32, to: i32, _thread: i32): void {
  forward(0, from, to);
}
function tanhGelus(from: i32, to: i32, _thread: i32): void {
  forward(1, from, to);
}
function silus(from: i32, to: i32, _thread: i32): void {
  forward(2, from, to);
}
export function activation(kind: i32, x: usize, z: usize, n: i32): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>z);
  const large = n >= 16384;
  if (kind == 0) parallelFor(gelus, n, 1024, large);
  else if (kind == 1) parallelFor(tanhGelus, n, 1024, large);
  else parallelFor(silus, n, 1024, large);
}

// @ts-ignore: decorator
@inline function backward(kind: i32, from: i32, to: i32): void {
  let g = <usize>argument(0) + (<usize>from << 2);
  let x = <usize>argument(1) + (<usize>from << 2);
  let z = <usize>argument(2) + (<usize>from << 2);
  for (let n = to - from; n > 0; n -= 4, g += 16, x += 16, z += 16) {
    storeLanes(z, f32x4.mul(v128.load(g), slope(kind, v128.load(x))), n);
  }
}
function geluSlopes(from: i32, to: i32, _thread: i32): void {
  backward(0, from, to);
}
function tanhGeluSlopes(from: i32, to: i32, _thread: i32): void {
  backward(1, from, to);
}
function siluSlopes(from: i32, to: i32, _thread: i32): void {
  backward(2, from, to);
}
/** g times the derivative at x. */
export function activationGrad(kind: i32, g: usize, x: usize, z: usize, n: i32): void {
  setArgument(0, <i32>g);
  setArgument(1, <i32>x);
  setArgument(2, <i32>z);
  const large = n >= 16384;
  if (kind == 0) parallelFor(geluSlopes, n, 1024, large);
  else if (kind == 1) parallelFor(tanhGeluSlopes, n, 1024, large);
  else parallelFor(siluSlopes, n, 1024, large);
}
