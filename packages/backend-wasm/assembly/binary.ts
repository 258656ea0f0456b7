// f(a, b), element by element. Codes are those of src/kernels/binary.ts. As in unary.ts, an operand that stands still
// is spread into a scratch vector that does not advance.
import { argument, parallelFor, setArgument } from "./parallel";
import { advance, offset, rowCount, seek } from "./rows";
import { masksToBytes, splat, storeBytes, storeLanes } from "./simd";

const scratch: usize = memory.data(64 * 32, 16);

// @ts-ignore: decorator
@inline export function apply(code: i32, a: v128, b: v128): v128 {
  if (code == 0) return f32x4.add(a, b);
  if (code == 1) return f32x4.sub(a, b);
  if (code == 2) return f32x4.mul(a, b);
  if (code == 3) return f32x4.div(a, b);
  if (code == 4) return f32x4.max(a, b);
  if (code == 5) return f32x4.min(a, b);
  if (code == 6) return v128.and(a, f32x4.gt(b, splat(0))); // reluGrad
  if (code == 16) return i32x4.add(a, b);
  if (code == 17) return i32x4.sub(a, b);
  if (code == 18) return i32x4.mul(a, b);
  if (code == 20) return i32x4.max_s(a, b);
  return i32x4.min_s(a, b);
}

// @ts-ignore: decorator
@inline function loop(code: i32, a: usize, sa: usize, b: usize, sb: usize, z: usize, n: i32): void {
  for (; n >= 8; n -= 8) {
    const u = apply(code, v128.load(a), v128.load(b));
    const v = apply(code, v128.load(a + sa), v128.load(b + sb));
    v128.store(z, u);
    v128.store(z, v, 16);
    a += sa << 1;
    b += sb << 1;
    z += 32;
  }
  for (; n > 0; n -= 4) {
    storeLanes(z, apply(code, v128.load(a), v128.load(b)), n);
    a += sa;
    b += sb;
    z += 16;
  }
}

/** Remainder with the sign of the divisor. */
function floatMod(a: f32, b: f32): f32 {
  const r = a % b;
  return r != 0 && r < 0 != b < 0 ? r + b : r;
}
/** IEEE 754: 1 to any power, and -1 to an infinite one, is 1. */
function floatPow(a: f32, b: f32): f32 {
  if (a == 1 || (a == -1 && abs(b) == Infinity)) return 1;
  return Mathf.pow(a, b);
}
// Division by zero and the one quotient that does not fit would trap: they give 0 and wrap.
function intDiv(a: i32, b: i32): i32 {
  return b == 0 ? 0 : b == -1 ? -a : a / b;
}
function intMod(a: i32, b: i32): i32 {
  if (b == 0 || b == -1) return 0;
  const r = a % b;
  return r != 0 && (r ^ b) < 0 ? r + b : r;
}
/** By squaring; a negative exponent gives 0 unless the base is 1 or -1. */
function intPow(a: i32, b: i32): i32 {
  if (b < 0) return a == 1 ? 1 : a == -1 ? (b & 1 ? -1 : 1) : 0;
  let r = 1;
  for (; b > 0; b >>= 1) {
    if (b & 1) r *= a;
    a *= a;
  }
  return r;
}

// @ts-ignore: decorator
@inline function applyScalar(code: i32, a: usize, b: usize, z: usize): void {
  if (code == 8) store<f32>(z, floatMod(load<f32>(a), load<f32>(b)));
  else if (code == 9) store<f32>(z, floatPow(load<f32>(a), load<f32>(b)));
  else if (code == 10) store<f32>(z, <f32>Math.atan2(load<f32>(a), load<f32>(b)));
  else if (code == 19) store<i32>(z, intDiv(load<i32>(a), load<i32>(b)));
  else if (code == 24) store<i32>(z, intMod(load<i32>(a), load<i32>(b)));
  else if (code == 25) store<i32>(z, intPow(load<i32>(a), load<i32>(b)));
  else store<i32>(z, <i32>Math.atan2(load<i32>(a), load<i32>(b)));
}
// @ts-ignore: decorator
@inline function scalars(code: i32, a: usize, sa: usize, b: usize, sb: usize, z: usize, n: i32): void {
  for (; n > 0; n--) {
    applyScalar(code, a, b, z);
    a += sa >> 2;
    b += sb >> 2;
    z += 4;
  }
}

/** Lane masks: 32 to 39 of f32, 40 to 47 of i32, in the order of the contract's comparisons and logical kinds. */
// @ts-ignore: decorator
@inline export function compare(code: i32, a: v128, b: v128): v128 {
  const zero = i32x4.splat(0);
  if (code == 32) return f32x4.eq(a, b);
  if (code == 33) return f32x4.ne(a, b);
  if (code == 34) return f32x4.lt(a, b);
  if (code == 35) return f32x4.le(a, b);
  if (code == 36) return f32x4.gt(a, b);
  if (code == 37) return f32x4.ge(a, b);
  if (code == 38) return v128.and(f32x4.ne(a, zero), f32x4.ne(b, zero));
  if (code == 39) return v128.or(f32x4.ne(a, zero), f32x4.ne(b, zero));
  if (code == 40) return i32x4.eq(a, b);
  if (code == 41) return i32x4.ne(a, b);
  if (code == 42) return i32x4.lt_s(a, b);
  if (code == 43) return i32x4.le_s(a, b);
  if (code == 44) return i32x4.gt_s(a, b);
  if (code == 45) return i32x4.ge_s(a, b);
  if (code == 46) return v128.and(i32x4.ne(a, zero), i32x4.ne(b, zero));
  return i32x4.ne(v128.or(a, b), zero);
}
// @ts-ignore: decorator
@inline function comparisons(code: i32, a: usize, sa: usize, b: usize, sb: usize, z: usize, n: i32): void {
  for (; n > 0; n -= 16) {
    const p = compare(code, v128.load(a), v128.load(b));
    const q = compare(code, v128.load(a + sa), v128.load(b + sb));
    const r = compare(code, v128.load(a + 2 * sa), v128.load(b + 2 * sb));
    const s = compare(code, v128.load(a + 3 * sa), v128.load(b + 3 * sb));
    storeBytes(z, masksToBytes(p, q, r, s), n);
    a += sa << 2;
    b += sb << 2;
    z += 16;
  }
}

/** The same of bool: 48 to 55. */
// @ts-ignore: decorator
@inline function compareBytes(code: i32, a: v128, b: v128): v128 {
  const zero = i8x16.splat(0);
  if (code == 48) return i8x16.eq(a, b);
  if (code == 49) return i8x16.ne(a, b);
  if (code == 50) return i8x16.lt_u(a, b);
  if (code == 51) return i8x16.le_u(a, b);
  if (code == 52) return i8x16.gt_u(a, b);
  if (code == 53) return i8x16.ge_u(a, b);
  if (code == 54) return v128.and(i8x16.ne(a, zero), i8x16.ne(b, zero));
  return i8x16.ne(v128.or(a, b), zero);
}
// @ts-ignore: decorator
@inline function byteComparisons(code: i32, a: usize, sa: usize, b: usize, sb: usize, z: usize, n: i32): void {
  for (; n > 0; n -= 16) {
    storeBytes(z, v128.and(compareBytes(code, v128.load(a), v128.load(b)), i8x16.splat(1)), n);
    a += sa;
    b += sb;
    z += 16;
  }
}

export function row(code: i32, a: usize, sa: usize, b: usize, sb: usize, z: usize, n: i32): void {
  switch (code) {
    case 0: loop(0, a, sa, b, sb, z, n); break;
    case 1: loop(1, a, sa, b, sb, z, n); break;
    case 2: loop(2, a, sa, b, sb, z, n); break;
    case 3: loop(3, a, sa, b, sb, z, n); break;
    case 4: loop(4, a, sa, b, sb, z, n); break;
    case 5: loop(5, a, sa, b, sb, z, n); break;
    case 6: loop(6, a, sa, b, sb, z, n); break;
    case 8: scalars(8, a, sa, b, sb, z, n); break;
    case 9: powers(a, sa, b, sb, z, n); break;
    case 10: scalars(10, a, sa, b, sb, z, n); break;
    case 16: loop(16, a, sa, b, sb, z, n); break;
    case 17: loop(17, a, sa, b, sb, z, n); break;
    case 18: loop(18, a, sa, b, sb, z, n); break;
    case 19: scalars(19, a, sa, b, sb, z, n); break;
    case 20: loop(20, a, sa, b, sb, z, n); break;
    case 21: loop(21, a, sa, b, sb, z, n); break;
    case 24: scalars(24, a, sa, b, sb, z, n); break;
    case 25: scalars(25, a, sa, b, sb, z, n); break;
    case 26: scalars(26, a, sa, b, sb, z, n); break;
    case 32: comparisons(32, a, sa, b, sb, z, n); break;
    case 33: comparisons(33, a, sa, b, sb, z, n); break;
    case 34: comparisons(34, a, sa, b, sb, z, n); break;
    case 35: comparisons(35, a, sa, b, sb, z, n); break;
    case 36: comparisons(36, a, sa, b, sb, z, n); break;
    case 37: comparisons(37, a, sa, b, sb, z, n); break;
    case 38: comparisons(38, a, sa, b, sb, z, n); break;
    case 39: comparisons(39, a, sa, b, sb, z, n); break;
    case 40: comparisons(40, a, sa, b, sb, z, n); break;
    case 41: comparisons(41, a, sa, b, sb, z, n); break;
    case 42: comparisons(42, a, sa, b, sb, z, n); break;
    case 43: comparisons(43, a, sa, b, sb, z, n); break;
    case 44: comparisons(44, a, sa, b, sb, z, n); break;
    case 45: comparisons(45, a, sa, b, sb, z, n); break;
    case 46: comparisons(46, a, sa, b, sb, z, n); break;
    case 47: comparisons(47, a, sa, b, sb, z, n); break;
    case 48: byteComparisons(48, a, sa, b, sb, z, n); break;
    case 49: byteComparisons(49, a, sa, b, sb, z, n); break;
    case 50: byteComparisons(50, a, sa, b, sb, z, n); break;
    case 51: byteComparisons(51, a, sa, b, sb, z, n); break;
    case 52: byteComparisons(52, a, sa, b, sb, z, n); break;
    case 53: byteComparisons(53, a, sa, b, sb, z, n); break;
    case 54: byteComparisons(54, a, sa, b, sb, z, n); break;
    case 55: byteComparisons(55, a, sa, b, sb, z, n); break;
  }
}

/** The square is by far the commonest power. */
function powers(a: usize, sa: usize, b: usize, sb: usize, z: usize, n: i32): void {
  if (sb == 0 && load<f32>(b) == 2) loop(2, a, sa, a, sa, z, n);
  else scalars(9, a, sa, b, sb, z, n);
}

// @ts-ignore: decorator
@inline function spread(x: usize, bytes: bool, thread: i32, place: usize): usize {
  const target = scratch + (<usize>thread << 5) + place;
  v128.store(target, bytes ? v128.load8_splat(x) : v128.load32_splat(x));
  return target;
}

function run(code: i32, a: usize, aMoves: bool, b: usize, bMoves: bool, z: usize, n: i32, thread: i32): void {
  const bytes = code >= 48;
  row(
    code,
    aMoves ? a : spread(a, bytes, thread, 0),
    aMoves ? 16 : 0,
    bMoves ? b : spread(b, bytes, thread, 16),
    bMoves ? 16 : 0,
    z,
    n,
  );
}

function body(from: i32, to: i32, thread: i32): void {
  const code = argument(0);
  const a = <usize>argument(1);
  const aWidth = <usize>argument(2);
  const b = <usize>argument(3);
  const bWidth = <usize>argument(4);
  const z = <usize>argument(5);
  const dimensions = argument(6);
  const n = argument(7);
  const outWidth: usize = code < 32 ? 4 : 1;
  const aMoves = aWidth != 0;
  const bMoves = bWidth != 0;
  if (dimensions < 2) {
    const first = <usize>from;
    run(code, a + first * aWidth, aMoves, b + first * bWidth, bMoves, z + first * outWidth, to - from, thread);
    return;
  }
  seek(from, dimensions, thread);
  for (let i = from; i < to; i++) {
    const at = z + <usize>i * <usize>n * outWidth;
    run(code, a + offset(0, thread), aMoves, b + offset(1, thread), bMoves, at, n, thread);
    advance(dimensions, thread);
  }
}

/** Rows of n elements, `width` bytes from one to the next in each operand (0: one element for the whole row). */
export function binary(
  code: i32, a: usize, aWidth: i32, b: usize, bWidth: i32, z: usize, dimensions: i32, n: i32,
): void {
  setArgument(0, code);
  setArgument(1, <i32>a);
  setArgument(2, aWidth);
  setArgument(3, <i32>b);
  setArgument(4, bWidth);
  setArgument(5, <i32>z);
  setArgument(6, dimensions);
  setArgument(7, n);
  const rows = rowCount(dimensions);
  if (dimensions < 2) parallelFor(body, n, 1024, n >= 65536);
  else parallelFor(body, rows, 1, <i64>rows * n >= 65536);
}
