// Elementary functions of four floats. Polynomials are near-minimax in relative error (Cephes, or fitted).
// Constants lie in memory and are broadcast by a load: a literal vector would be rebuilt in every turn of a loop.
// pmin and pmax are single instructions and let NaN through when it is the first operand.
import { multiplyAdd as fma } from "./simd";

// @ts-ignore: decorator
@inline function at(table: usize, i: i32): v128 {
  return v128.load32_splat(table + (<usize>i << 2));
}

// Where e^x begins to be infinite, and 0; 1 / ln 2, 1.5 · 2^23 (adding it rounds to an integer in the low bits), ln 2 in
// two parts, coefficients of (e^r - 1 - r) / r², 1, 1/2, the highest exponent that is computed, 1.5 · 2^23 - 1, 2, ∞.
const expTable: usize = memory.data<f32>([
  88.722839, -87.3, 1.44269504, 12582912, 0.693359375, -2.1219444e-4, 0.00138368456, 0.0083748158, 0.0416682256,
  0.166664202, 0.499999921, 1, 0.5, 88.8, 12582911, 2, Infinity,
]);

// Where 2^n is 0; 1.5 · 2^23 + 127; coefficients of (e^r - 1) / r.
const belowTable: usize = memory.data<f32>([
  -88, 12583039, 0.00828929059, 0.0418978221, 0.166676521, 0.499991506, 0.999999702,
]);

/**
 * e^x for x up to 88, 0 below -87.7: for exponentials of what a maximum was taken from. The factor 2^n is made from the
 * low bits of the sum (their bias is that of an exponent), so it is 0 where the result would be; NaN stays NaN.
 */
// @ts-ignore: decorator
@inline export function expBelow(x0: v128): v128 {
  const x = f32x4.pmax(x0, at(belowTable, 0));
  const t = fma(x, at(expTable, 2), at(belowTable, 1));
  const n = f32x4.sub(t, at(belowTable, 1));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, at(expTable, 4))), f32x4.mul(n, at(expTable, 5)));
  const scale = i32x4.shl(t, 23);
  const high = fma(at(belowTable, 2), r, at(belowTable, 3));
  const low = fma(at(belowTable, 4), r, at(belowTable, 5));
  const p = fma(fma(high, f32x4.mul(r, r), low), r, at(belowTable, 6));
  return fma(f32x4.mul(r, scale), p, scale);
}

/** e^x with its limits: 0 below -87.3, infinity above 88.72. */
// @ts-ignore: decorator
@inline export function exp(x0: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(x0, at(expTable, 13)), at(expTable, 1));
  const t = fma(x, at(expTable, 2), at(expTable, 3));
  const n = f32x4.sub(t, at(expTable, 3));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, at(expTable, 4))), f32x4.mul(n, at(expTable, 5)));
  const high = fma(at(belowTable, 2), r, at(belowTable, 3));
  const low = fma(at(belowTable, 4), r, at(belowTable, 5));
  const p = fma(fma(fma(high, f32x4.mul(r, r), low), r, at(belowTable, 6)), r, at(expTable, 11));
  const y = v128.andnot(i32x4.add(p, i32x4.shl(t, 23)), f32x4.lt(x0, at(expTable, 1)));
  return v128.bitselect(at(expTable, 16), y, f32x4.gt(x0, at(expTable, 0)));
}

/** e^x - 1 = 2^n (e^r - 1) + (2^n - 1): nothing cancels, and n = 0 near zero. Scaled by halves, so that n = 128 fits. */
// @ts-ignore: decorator
@inline export function expm1(x0: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(x0, at(expTable, 13)), at(expTable, 1));
  const t = fma(x, at(expTable, 2), at(expTable, 14));
  const n = f32x4.sub(t, at(expTable, 14));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, at(expTable, 4))), f32x4.mul(n, at(expTable, 5)));
  let p = fma(at(expTable, 6), r, at(expTable, 7));
  p = fma(p, r, at(expTable, 8));
  p = fma(p, r, at(expTable, 9));
  p = fma(p, r, at(expTable, 10));
  p = fma(f32x4.mul(p, r), r, r);
  const half = i32x4.add(at(expTable, 11), i32x4.shl(t, 23));
  const y = f32x4.mul(fma(p, half, f32x4.sub(half, at(expTable, 12))), at(expTable, 15));
  return v128.or(y, v128.and(x, f32x4.eq(x, i32x4.splat(0)))); // keeps the sign of zero
}

// Coefficients of log(1 + f) beyond f - f²/2 (Cephes logf), ln 2 in two parts, 1/2, 1, 2^23, the least normal number.
const logTable: usize = memory.data<f32>([
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
  -2.4999993993e-1, 3.3333331174e-1, 0.693359375, -2.1219444e-4, 0.5, 1, 8388608, 1.17549435e-38, Infinity, 23,
]);

/** log of a positive, normal, finite number times 2^-shift. */
// @ts-ignore: decorator
@inline function logNormal(x: v128, shift: v128): v128 {
  // The mantissa is brought to [√½, √2) by moving the border between two exponents there.
  const moved = i32x4.add(x, i32x4.splat(0x3f800000 - 0x3f3504f3));
  const k = f32x4.sub(f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(moved, 23), i32x4.splat(127))), shift);
  const m = i32x4.add(v128.and(moved, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(m, at(logTable, 12));
  const f2 = f32x4.mul(f, f);
  let p = fma(at(logTable, 0), f, at(logTable, 1));
  p = fma(p, f, at(logTable, 2));
  p = fma(p, f, at(logTable, 3));
  p = fma(p, f, at(logTable, 4));
  p = fma(p, f, at(logTable, 5));
  p = fma(p, f, at(logTable, 6));
  p = fma(p, f, at(logTable, 7));
  p = fma(p, f, at(logTable, 8));
  p = f32x4.mul(f32x4.mul(p, f), f2);
  p = fma(k, at(logTable, 10), p);
  p = f32x4.sub(p, f32x4.mul(f2, at(logTable, 11)));
  return fma(k, at(logTable, 9), f32x4.add(f, p));
}

/** The natural logarithm: minus infinity at 0, NaN below; subnormal numbers are scaled up first. */
// @ts-ignore: decorator
@inline export function log(x: v128): v128 {
  const small = f32x4.lt(x, at(logTable, 14));
  const scaled = v128.bitselect(f32x4.mul(x, at(logTable, 13)), x, small);
  return logLimits(x, logNormal(scaled, v128.and(small, at(logTable, 16))));
}

/** Puts the logarithms of 0, infinity, negative numbers and NaN in place. */
// @ts-ignore: decorator
@inline function logLimits(x: v128, y: v128): v128 {
  const zero = i32x4.splat(0);
  // x - x is NaN for infinity and NaN, 0 else; so log is x itself at +infinity and NaN.
  const finite = f32x4.lt(x, at(logTable, 15));
  let r = v128.bitselect(y, x, finite);
  r = v128.bitselect(f32x4.neg(at(logTable, 15)), r, f32x4.eq(x, zero));
  return v128.or(r, f32x4.lt(x, zero)); // all ones is a NaN
}

/** log(1 + x): what rounding took from 1 + x is put back to first order. */
// @ts-ignore: decorator
@inline export function log1p(x: v128): v128 {
  const u = f32x4.add(x, at(logTable, 12));
  const lost = f32x4.sub(x, f32x4.sub(u, at(logTable, 12)));
  const y = f32x4.add(logNormal(u, i32x4.splat(0)), f32x4.div(lost, u));
  const limited = logLimits(u, y);
  // Keeps the sign of zero.
  return v128.bitselect(x, limited, f32x4.eq(x, i32x4.splat(0)));
}

// Saturation, numerator and denominator from the highest degree down: tanh x = x P(x²) / Q(x²), degrees 4 and 4.
const tanhTable: usize = memory.data<f32>([
  9.02, -9.02, 1.33189306e-8, 2.05833809e-5, 3.49402853e-3, 0.133797129, 0.999999979, 7.76196207e-7, 3.28308293e-4,
  2.58710504e-2, 0.467130281, 1, -1,
]);

/** The hyperbolic tangent. */
// @ts-ignore: decorator
@inline export function tanh(x0: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(x0, at(tanhTable, 0)), at(tanhTable, 1));
  const u = f32x4.mul(x, x);
  const u2 = f32x4.mul(u, u);
  // By halves of the degrees, whose chains overlap.
  const p = fma(fma(fma(at(tanhTable, 2), u, at(tanhTable, 3)), u, at(tanhTable, 4)), u2, fma(at(tanhTable, 5), u, at(tanhTable, 6)));
  const q = fma(fma(fma(at(tanhTable, 7), u, at(tanhTable, 8)), u, at(tanhTable, 9)), u2, fma(at(tanhTable, 10), u, at(tanhTable, 11)));
  const r = f32x4.div(f32x4.mul(x, p), q);
  // Rounding reaches 1 + 2 ulp, and 1 - tanh² must not be negative.
  return f32x4.pmax(f32x4.pmin(r, at(tanhTable, 11)), at(tanhTable, 12));
}

// Limits, -1 / ln 2, 1.5 · 2^23, ln 2 in two parts, coefficients of (1 - e^-s) / -s, 1.
const sigmoidTable: usize = memory.data<f32>([
  87.3, -87.3, -1.44269504, 12582912, 0.693359375, -2.1219444e-4, -0.00828929059, 0.0418978221, -0.166676521,
  0.499991506, -0.999999702, 1,
]);

/** 1 / (1 + e^-x), relatively exact on both sides; 0 below -87.3. */
// @ts-ignore: decorator
@inline export function sigmoid(x0: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(x0, at(sigmoidTable, 0)), at(sigmoidTable, 1));
  const t = fma(x, at(sigmoidTable, 2), at(sigmoidTable, 3));
  const n = f32x4.sub(t, at(sigmoidTable, 3));
  const s = fma(n, at(sigmoidTable, 5), fma(n, at(sigmoidTable, 4), x));
  const high = fma(at(sigmoidTable, 6), s, at(sigmoidTable, 7));
  const low = fma(at(sigmoidTable, 8), s, at(sigmoidTable, 9));
  const p = fma(fma(high, f32x4.mul(s, s), low), s, at(sigmoidTable, 10));
  const one = at(sigmoidTable, 11);
  const e = i32x4.add(fma(p, s, one), i32x4.shl(t, 23));
  return v128.andnot(f32x4.div(one, f32x4.add(one, e)), f32x4.lt(x0, at(sigmoidTable, 1)));
}

// Coefficients of 2 atanh(s) / s in s² up to 1/9 (fitted: 4e-9), highest first, and -0.
const softplusTable: usize = memory.data<f32>([0.281783342, 0.279606044, 0.400249094, 0.66666317, 2, -0.0]);

/** log(1 + e^x) = max(x, 0) + log(1 + e) with e = e^-|x|, and log(1 + e) = 2 atanh(e / (2 + e)). */
// @ts-ignore: decorator
@inline export function softplus(x: v128): v128 {
  const e = expBelow(v128.or(x, at(softplusTable, 5)));
  const s = f32x4.div(e, f32x4.add(at(softplusTable, 4), e));
  const u = f32x4.mul(s, s);
  let p = fma(at(softplusTable, 0), u, at(softplusTable, 1));
  p = fma(p, u, at(softplusTable, 2));
  p = fma(p, u, at(softplusTable, 3));
  p = fma(p, u, at(softplusTable, 4));
  return fma(p, s, f32x4.pmax(x, i32x4.splat(0)));
}

// Saturation, numerator, denominator: erf x = x P(x²) / Q(x²), degrees 5 and 5.
const erfTable: usize = memory.data<f32>([
  3.92, -3.92, 2.0500644e-6, 2.84882993e-4, 3.80914929e-5, 1.16254669e-3, 3.76567004e-3, 1.49693233e-2, 5.27488829e-2,
  0.114109656, 0.190407826, 0.502077283, 1.12837915, 1,
]);

/** The error function. */
// @ts-ignore: decorator
@inline export function erf(x0: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(x0, at(erfTable, 0)), at(erfTable, 1));
  const u = f32x4.mul(x, x);
  let p = fma(at(erfTable, 2), u, at(erfTable, 3));
  let q = fma(at(erfTable, 4), u, at(erfTable, 5));
  p = fma(p, u, at(erfTable, 6));
  q = fma(q, u, at(erfTable, 7));
  p = fma(p, u, at(erfTable, 8));
  q = fma(q, u, at(erfTable, 9));
  p = fma(p, u, at(erfTable, 10));
  q = fma(q, u, at(erfTable, 11));
  p = fma(p, u, at(erfTable, 12));
  q = fma(q, u, at(erfTable, 13));
  const r = f32x4.div(f32x4.mul(x, p), q);
  // Exactly ±1 where f32 has nothing closer: gelu multiplies what is left of 1 - |erf| by large numbers.
  const one = at(erfTable, 13);
  const above = v128.bitselect(one, r, f32x4.ge(x0, at(erfTable, 0)));
  return v128.bitselect(f32x4.neg(one), above, f32x4.le(x0, at(erfTable, 1)));
}

const wideTable: usize = memory.data<f64>([0.6366197723675814, 1.5707963267341256, 6.077100506506192e-11]);
// sin and cos on [-π/4, π/4] (Cephes sinf), then 1/2, 1 and the largest argument that is reduced here.
const sineTable: usize = memory.data<f32>([
  -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1, 2.443315711809948e-5, -1.388731625493765e-3,
  4.166664568298827e-2, 0.5, 1, 1e6,
]);

/** sin (quarters = 0) or cos (quarters = 1). The multiple of π/2 is taken off in f64. */
// @ts-ignore: decorator
@inline export function sine(x: v128, quarters: i32): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  const perTurn = v128.load64_splat(wideTable);
  const lowTurns = f64x2.nearest(f64x2.mul(low, perTurn));
  const highTurns = f64x2.nearest(f64x2.mul(high, perTurn));
  const head = v128.load64_splat(wideTable, 8);
  const tail = v128.load64_splat(wideTable, 16);
  const a = f64x2.sub(f64x2.sub(low, f64x2.mul(lowTurns, head)), f64x2.mul(lowTurns, tail));
  const b = f64x2.sub(f64x2.sub(high, f64x2.mul(highTurns, head)), f64x2.mul(highTurns, tail));
  const r = v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5);
  const n = v128.shuffle<f32>(i32x4.trunc_sat_f64x2_s_zero(lowTurns), i32x4.trunc_sat_f64x2_s_zero(highTurns), 0, 1, 4, 5);
  const q = i32x4.add(n, i32x4.splat(quarters));

  const r2 = f32x4.mul(r, r);
  let s = fma(at(sineTable, 0), r2, at(sineTable, 1));
  s = fma(s, r2, at(sineTable, 2));
  s = fma(f32x4.mul(s, r2), r, r);
  let c = fma(at(sineTable, 3), r2, at(sineTable, 4));
  c = fma(c, r2, at(sineTable, 5));
  c = fma(f32x4.mul(c, r2), r2, f32x4.sub(at(sineTable, 7), f32x4.mul(r2, at(sineTable, 6))));

  const odd = i32x4.shr_s(i32x4.shl(q, 31), 31);
  const sign = i32x4.shl(v128.and(q, i32x4.splat(2)), 30);
  const y = v128.xor(v128.bitselect(c, s, odd), sign);
  return quarters ? y : v128.or(y, v128.and(x, f32x4.eq(x, i32x4.splat(0)))); // keeps the sign of zero
}

/** Whether a lane needs the exact reduction of large arguments. */
// @ts-ignore: decorator
@inline export function isFar(x: v128): bool {
  return v128.any_true(f32x4.gt(f32x4.abs(x), at(sineTable, 8)));
}
