// Winograd's F(4, 5): 4 outputs of 5 taps by 8 products, y = Aᵀ [(G w) ⊙ (Bᵀ x)], with the interpolation points 0, ±1,
// ±2, ±1/2 and infinity. (None of the sets of simple fractions has markedly smaller rounding errors.) Opposite points
// share their even and odd parts.

// In memory: see math.ts.
const table: usize = memory.data<f32>([
  5.25, 4.25, 2.5, 1.25, 0.125, 0.25, 0.5, 2, 4, 8,
  -0.2222222222222222, 0.011111111111111112, 0.022222222222222223, 0.044444444444444446, 0.08888888888888889,
  0.17777777777777778, 0.35555555555555557, 0.7111111111111111,
]);
// Where they are. `k21_4` is 21/4.
const k21_4: i32 = 0, k17_4: i32 = 1, k5_2: i32 = 2, k5_4: i32 = 3;
const k1_8: i32 = 4, k1_4: i32 = 5, k1_2: i32 = 6, k2: i32 = 7, k4: i32 = 8, k8: i32 = 9;
// G: the factors of ±1 are -2/9, those of ±2 and ±1/2 powers of two over 90.
const g1: i32 = 10, g1_90: i32 = 11, g2_90: i32 = 12, g4_90: i32 = 13, g8_90: i32 = 14, g16_90: i32 = 15;
const g32_90: i32 = 16, g64_90: i32 = 17;

// @ts-ignore: decorator
@inline function times(i: i32, x: v128): v128 { return f32x4.mul(x, v128.load32_splat(table + (<usize>i << 2))); }
// @ts-ignore: decorator
@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
// @ts-ignore: decorator
@inline function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
/** The results of a pair of opposite points. */
// @ts-ignore: decorator
@inline function storePair(target: usize, pitch: usize, even: v128, odd: v128): void {
  v128.store(target, add(even, odd));
  v128.store(target + pitch, sub(even, odd));
}

/** Bᵀ (a … h), stored at eight places `pitch` bytes apart. */
// @ts-ignore: decorator
@inline export function inputEight(
  a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128, target: usize, pitch: usize,
): void {
  v128.store(target, add(sub(a, g), times(k21_4, sub(e, c)))); target += pitch;
  storePair(target, pitch, sub(add(c, g), times(k17_4, e)), sub(add(b, f), times(k17_4, d))); target += 2 * pitch;
  const t = times(k5_2, d);
  const u = sub(times(k1_4, c), times(k5_4, e));
  storePair(target, pitch, add(g, u), add(sub(times(k1_2, b), t), times(k2, f))); target += 2 * pitch;
  const v = times(k4, sub(c, times(k5_4, e)));
  storePair(target, pitch, add(g, v), add(sub(times(k2, b), t), times(k1_2, f))); target += 2 * pitch;
  v128.store(target, add(sub(h, b), times(k21_4, sub(d, f))));
}

/** G (a … e), stored at eight places. */
// @ts-ignore: decorator
@inline export function weightEight(
  a: v128, b: v128, c: v128, d: v128, e: v128, target: usize, pitch: usize,
): void {
  const t = times(g8_90, d);
  v128.store(target, a); target += pitch;
  storePair(target, pitch, times(g1, add(add(a, c), e)), times(g1, add(b, d))); target += 2 * pitch;
  const u = add(add(times(g1_90, a), times(g4_90, c)), times(g16_90, e));
  storePair(target, pitch, u, add(times(g2_90, b), t)); target += 2 * pitch;
  const v = add(add(times(g64_90, a), times(g16_90, c)), times(g4_90, e));
  storePair(target, pitch, v, add(times(g32_90, b), t)); target += 2 * pitch;
  v128.store(target, e);
}

/** Element i of Aᵀ (a … h). What several of the four share is computed once. */
// @ts-ignore: decorator
@inline export function outputEight(
  i: i32, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128,
): v128 {
  const r = add(b, c), s = sub(b, c), t = add(d, e), u = sub(d, e), v = add(f, g), w = sub(f, g);
  if (i == 0) return add(add(add(a, r), t), v);
  if (i == 1) return add(add(s, times(k2, u)), times(k1_2, w));
  if (i == 2) return add(add(r, times(k4, t)), times(k1_4, v));
  return add(add(add(s, times(k8, u)), times(k1_8, w)), h);
}

/** A (a, b, c, d), stored at eight places. */
// @ts-ignore: decorator
@inline export function spreadEight(a: v128, b: v128, c: v128, d: v128, target: usize, pitch: usize): void {
  v128.store(target, a); target += pitch;
  storePair(target, pitch, add(a, c), add(b, d)); target += 2 * pitch;
  storePair(target, pitch, add(a, times(k4, c)), add(times(k2, b), times(k8, d))); target += 2 * pitch;
  storePair(target, pitch, add(a, times(k1_4, c)), add(times(k1_2, b), times(k1_8, d))); target += 2 * pitch;
  v128.store(target, d);
}

/** Gᵀ (a … h), stored at five places. */
// @ts-ignore: decorator
@inline export function gatherEight(
  a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128, target: usize, pitch: usize,
): void {
  const r = times(g1, add(b, c)), s = times(g1, sub(b, c));
  const t = add(d, e), u = sub(d, e), v = add(f, g), w = sub(f, g);
  v128.store(target, add(add(a, r), add(times(g1_90, t), times(g64_90, v)))); target += pitch;
  v128.store(target, add(s, add(times(g2_90, u), times(g32_90, w)))); target += pitch;
  v128.store(target, add(r, add(times(g4_90, t), times(g16_90, v)))); target += pitch;
  v128.store(target, add(s, times(g8_90, add(u, w)))); target += pitch;
  v128.store(target, add(add(r, h), add(times(g16_90, t), times(g4_90, v))));
}
