// Winograd's F(4, 3): 4 outputs of 3 taps by 6 products, y = Aᵀ [(G w) ⊙ (Bᵀ x)]. The matrices are those of the
// interpolation points 0, ±a = ±3/4, ±b = ±3/2 and infinity: with the usual ±1 and ±2 the rounding errors are three to
// four times larger. Opposite points share their even and odd parts.

// In memory: see math.ts.
const table: usize = memory.data<f32>([
  0.75, 1.5, 0.5625, 2.25, 0.421875, 3.375, 1.265625, 2.8125,
  0.7901234567901234, -0.5267489711934157, 0.13168724279835392, -0.3950617283950617, 0.19753086419753085,
  -0.2962962962962963, 0.2962962962962963,
]);
// Where they are: a, b, their powers, a² b², a² + b².
const a1: i32 = 0, b1: i32 = 1, a2: i32 = 2, b2: i32 = 3, a3: i32 = 4, b3: i32 = 5, ab2: i32 = 6, sum2: i32 = 7;
// G: its first row; for ±a and ±b the factors of w₀, w₁ and w₂ without their signs.
const g0: i32 = 8, ga0: i32 = 9, gb0: i32 = 10, ga1: i32 = 11, gb1: i32 = 12, ga2: i32 = 13, gb2: i32 = 14;

// @ts-ignore: decorator
@inline function times(i: i32, x: v128): v128 { return f32x4.mul(x, v128.load32_splat(table + (<usize>i << 2))); }
// @ts-ignore: decorator
@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
// @ts-ignore: decorator
@inline function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }

/** Bᵀ (a … f), stored at six places `pitch` bytes apart. */
// @ts-ignore: decorator
@inline export function inputSix(
  a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, target: usize, pitch: usize,
): void {
  const s = sub(e, times(b2, c)), t = times(a1, sub(d, times(b2, b)));
  const v = sub(e, times(a2, c)), w = times(b1, sub(d, times(a2, b)));
  v128.store(target, add(sub(times(ab2, a), times(sum2, c)), e)); target += pitch;
  v128.store(target, add(s, t)); target += pitch;
  v128.store(target, sub(s, t)); target += pitch;
  v128.store(target, add(v, w)); target += pitch;
  v128.store(target, sub(v, w)); target += pitch;
  v128.store(target, add(sub(times(ab2, b), times(sum2, d)), f));
}

/** G (a, b, c), stored at six places. */
// @ts-ignore: decorator
@inline export function weightSix(a: v128, b: v128, c: v128, target: usize, pitch: usize): void {
  const s = add(times(ga0, a), times(ga2, c)), t = times(ga1, b);
  const v = add(times(gb0, a), times(gb2, c)), w = times(gb1, b);
  v128.store(target, times(g0, a)); target += pitch;
  v128.store(target, add(s, t)); target += pitch;
  v128.store(target, sub(s, t)); target += pitch;
  v128.store(target, add(v, w)); target += pitch;
  v128.store(target, sub(v, w)); target += pitch;
  v128.store(target, c);
}

/** Element i of Aᵀ (a … f). What several of the four share is computed once. */
// @ts-ignore: decorator
@inline export function outputSix(i: i32, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
  const p = add(b, c), q = sub(b, c), v = add(d, e), w = sub(d, e);
  if (i == 0) return add(add(a, p), v);
  if (i == 1) return add(times(a1, q), times(b1, w));
  if (i == 2) return add(times(a2, p), times(b2, v));
  return add(add(times(a3, q), times(b3, w)), f);
}

/** A (a, b, c, d), stored at six places. */
// @ts-ignore: decorator
@inline export function spreadSix(a: v128, b: v128, c: v128, d: v128, target: usize, pitch: usize): void {
  const p = add(a, times(a2, c)), q = add(times(a1, b), times(a3, d));
  const v = add(a, times(b2, c)), w = add(times(b1, b), times(b3, d));
  v128.store(target, a); target += pitch;
  v128.store(target, add(p, q)); target += pitch;
  v128.store(target, sub(p, q)); target += pitch;
  v128.store(target, add(v, w)); target += pitch;
  v128.store(target, sub(v, w)); target += pitch;
  v128.store(target, d);
}

/** Gᵀ (a … f), stored at three places. */
// @ts-ignore: decorator
@inline export function gatherSix(
  a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, target: usize, pitch: usize,
): void {
  const p = add(b, c), q = sub(b, c), v = add(d, e), w = sub(d, e);
  v128.store(target, add(add(times(g0, a), times(ga0, p)), times(gb0, v))); target += pitch;
  v128.store(target, add(times(ga1, q), times(gb1, w))); target += pitch;
  v128.store(target, add(add(times(ga2, p), times(gb2, v)), f));
}
