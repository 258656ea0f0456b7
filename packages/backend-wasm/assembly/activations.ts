// Smooth activations of dense arrays and their gradients. Kinds: 0 gelu, 1 gelu by tanh, 2 silu.
import { expBelow, sigmoid } from "./math";
import { argument, parallelFor, setArgument } from "./parallel";
import { multiplyAdd as fma, splat, storeLanes } from "./simd";

// Coefficients of erfcx(|x| / √2) / 2t in t = 1 / (1 + |x| / √8), highest first (fitted: 4e-8), then 1/√8, 1, -1/2, -20,
// 1/√(2π), and of the approximation by tanh: 2√(2/π), 0.044715, 3 · 0.044715.
const table: usize = memory.data<f32>([
  -0.0296931695, 0.143061727, -0.245202735, 0.14086625, -0.0145740844, 0.101876229, 0.121417552, 0.141206056,
  0.141042173, 0.353553391, 1, -0.5, -20, 0.39894228, 1.59576912, 0.044715, 0.134145,
]);
// @ts-ignore: decorator
@inline function at(i: i32): v128 {
  return v128.load32_splat(table + (<usize>i << 2));
}

/** e^(-x² / 2) */
// @ts-ignore: decorator
@inline function bell(x: v128): v128 {
  return expBelow(f32x4.mul(f32x4.mul(x, x), at(11)));
}
/**
 * The normal distribution function, from the bell at x. The tail below zero is relatively exact, as no difference from 1
 * is taken. Neighbours of the polynomial are joined first, so that its chains overlap.
 */
// @ts-ignore: decorator
@inline function normal(x: v128, bellOfX: v128): v128 {
  const t = f32x4.div(at(10), fma(f32x4.abs(x), at(9), at(10)));
  const t2 = f32x4.mul(t, t);
  const high = fma(fma(at(0), t2, fma(at(1), t, at(2))), t2, fma(at(3), t, at(4)));
  const low = fma(fma(at(5), t, at(6)), t2, fma(at(7), t, at(8)));
  const tail = f32x4.mul(f32x4.mul(fma(high, f32x4.mul(t2, t2), low), t), bellOfX);
  return v128.bitselect(tail, f32x4.sub(at(10), tail), f32x4.lt(x, splat(0)));
}

/** The argument of the sigmoid in the approximation: (1 + tanh u) / 2 = sigmoid(2u). */
// @ts-ignore: decorator
@inline function twiceU(x: v128): v128 {
  return f32x4.mul(f32x4.mul(x, at(14)), fma(f32x4.mul(x, x), at(15), at(10)));
}

// @ts-ignore: decorator
@inline function apply(kind: i32, x: v128): v128 {
  if (kind == 2) return f32x4.mul(x, sigmoid(x));
  // Below -20 all is 0, of minus infinity too.
  return f32x4.mul(f32x4.pmax(x, at(12)), kind == 0 ? normal(x, bell(x)) : sigmoid(twiceU(x)));
}

/** The derivative at x. p (1 - p) of the sigmoid p is e p² with e = e^-|argument|: nothing cancels. */
// @ts-ignore: decorator
@inline function slope(kind: i32, x: v128): v128 {
  if (kind == 0) {
    const e = bell(x);
    return fma(x, f32x4.mul(e, at(13)), normal(x, e));
  }
  const u = kind == 1 ? twiceU(x) : x;
  const e = expBelow(f32x4.neg(f32x4.abs(u)));
  const above = f32x4.div(at(10), f32x4.add(at(10), e));
  const below = f32x4.mul(e, above);
  const p = v128.bitselect(below, above, f32x4.lt(u, splat(0)));
  let inner = x;
  if (kind == 1) inner = f32x4.mul(f32x4.mul(x, at(14)), fma(f32x4.mul(x, x), at(16), at(10)));
  return fma(inner, f32x4.mul(below, above), p);
}

/** Two vectors a turn, so that their chains overlap. */
// @ts-ignore: decorator
@inline function forward(kind: i32, from: i32, to: i32): void {
  let x = <usize>argument(0) + (<usize>from << 2);
  let z = <usize>argument(1) + (<usize>from << 2);
  let n = to - from;
  for (; n >= 8; n -= 8, x += 32, z += 32) {
    const a = apply(kind, v128.load(x)), b = apply(kind, v128.load(x, 16));
    v128.store(z, a);
    v128.store(z, b, 16);
  }
  for (; n > 0; n -= 4, x += 16, z += 16) storeLanes(z, apply(kind, v128.load(x)), n);
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
  let n = to - from;
  for (; n >= 8; n -= 8, g += 32, x += 32, z += 32) {
    const a = slope(kind, v128.load(x)), b = slope(kind, v128.load(x, 16));
    const c = f32x4.mul(v128.load(g), a), d = f32x4.mul(v128.load(g, 16), b);
    v128.store(z, c);
    v128.store(z, d, 16);
  }
  for (; n > 0; n -= 4, g += 16, x += 16, z += 16) {
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
