// Runs a program over blocks of elements that stay in the cache: each instruction is one loop over a block, and tensors
// are read and written once. The host writes the program: see src/kernels/elementwise.ts and elementwise-program.ts.
import { apply as binaryOf, compare, row as binaryRow } from "./binary";
import { argument, parallelFor, setArgument } from "./parallel";
import { multiplyAdd as fma, storeLanes } from "./simd";
import { apply as unaryOf, row as unaryRow } from "./unary";

/** Elements of a block, as src/kernels/elementwise.ts has it. */
const block: i32 = 512;

// @ts-ignore: decorator
@inline function apply(code: i32, a: v128, b: v128, c: v128): v128 {
  if (code < 4 || code == 17) return unaryOf(code, a);
  if (code < 27) return binaryOf(code - 21, a, b);
  if (code == 50) return a;
  if (code == 51) return v128.bitselect(b, c, a);
  if (code == 52) return v128.and(a, b);
  if (code == 53) return v128.or(a, b);
  if (code == 54) return v128.not(a);
  if (code == 55) return f32x4.ne(a, a);
  if (code == 56) return fma(a, b, c);
  if (code == 57) return f32x4.sub(c, f32x4.mul(a, b));
  if (code == 58) return f32x4.sub(f32x4.mul(a, b), c);
  if (code == 59) return f32x4.mul(f32x4.mul(a, b), c);
  if (code == 60) return f32x4.add(f32x4.sqrt(a), b);
  return compare(code, a, b);
}

/** Four vectors a turn; steps are those of four. */
// @ts-ignore: decorator
@inline function loop(code: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, z: usize, n: i32): void {
  for (; n >= 16; n -= 16) {
    const p = apply(code, v128.load(a), v128.load(b), v128.load(c));
    const q = apply(code, v128.load(a, 16), v128.load(b, 16), v128.load(c, 16));
    const r = apply(code, v128.load(a, 32), v128.load(b, 32), v128.load(c, 32));
    const s = apply(code, v128.load(a, 48), v128.load(b, 48), v128.load(c, 48));
    v128.store(z, p);
    v128.store(z, q, 16);
    v128.store(z, r, 32);
    v128.store(z, s, 48);
    a += sa;
    b += sb;
    c += sc;
    z += 64;
  }
  for (; n > 0; n -= 4) {
    storeLanes(z, apply(code, v128.load(a), v128.load(b), v128.load(c)), n);
    a += sa >> 2;
    b += sb >> 2;
    c += sc >> 2;
    z += 16;
  }
}

// @ts-ignore: decorator
@inline function one(code: i32, a: usize, sa: usize, z: usize, n: i32): void {
  loop(code, a, sa, a, sa, a, sa, z, n);
}
// @ts-ignore: decorator
@inline function two(code: i32, a: usize, sa: usize, b: usize, sb: usize, z: usize, n: i32): void {
  loop(code, a, sa, b, sb, b, sb, z, n);
}

/** 0 to 20 as in unary.ts, 21 to 31 those of binary.ts, from 32 on apart: comparisons, conditions, and pairs of instructions. */
function row(code: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, z: usize, n: i32): void {
  switch (code) {
    case 0: one(0, a, sa, z, n); break;
    case 1: one(1, a, sa, z, n); break;
    case 3: one(3, a, sa, z, n); break;
    case 17: one(17, a, sa, z, n); break;
    case 21: two(21, a, sa, b, sb, z, n); break;
    case 22: two(22, a, sa, b, sb, z, n); break;
    case 23: two(23, a, sa, b, sb, z, n); break;
    case 24: two(24, a, sa, b, sb, z, n); break;
    case 25: two(25, a, sa, b, sb, z, n); break;
    case 26: two(26, a, sa, b, sb, z, n); break;
    case 32: two(32, a, sa, b, sb, z, n); break;
    case 33: two(33, a, sa, b, sb, z, n); break;
    case 34: two(34, a, sa, b, sb, z, n); break;
    case 35: two(35, a, sa, b, sb, z, n); break;
    case 36: two(36, a, sa, b, sb, z, n); break;
    case 37: two(37, a, sa, b, sb, z, n); break;
    case 50: one(50, a, sa, z, n); break;
    case 51: loop(51, a, sa, b, sb, c, sc, z, n); break;
    case 52: two(52, a, sa, b, sb, z, n); break;
    case 53: two(53, a, sa, b, sb, z, n); break;
    case 54: one(54, a, sa, z, n); break;
    case 55: one(55, a, sa, z, n); break;
    case 56: loop(56, a, sa, b, sb, c, sc, z, n); break;
    case 57: loop(57, a, sa, b, sb, c, sc, z, n); break;
    case 58: loop(58, a, sa, b, sb, c, sc, z, n); break;
    case 59: loop(59, a, sa, b, sb, c, sc, z, n); break;
    case 60: two(60, a, sa, b, sb, z, n); break;
    default:
      if (code < 21) unaryRow(code, a, sa >> 2, z, n);
      else binaryRow(code - 21, a, sa >> 2, b, sb >> 2, z, n);
  }
}

// A place is a word: its number and below it two bits that say what it numbers: 0 a tensor, 1 a block of the thread's
// own, 2 sixteen equal floats.
// @ts-ignore: decorator
@inline function address(place: i32, own: usize, from: i32): usize {
  const i = <usize>(place >>> 2);
  const kind = place & 3;
  if (kind == 0) return <usize>load<i32>(<usize>argument(3) + (i << 2)) + (<usize>from << 2);
  if (kind == 1) return own + i * (block << 2);
  return <usize>argument(4) + (i << 6);
}
// @ts-ignore: decorator
@inline function step(place: i32): usize {
  return place & 2 ? 0 : 64;
}

/** Instructions of five words: code, target, three operands. */
function instructions(at: usize, end: usize, own: usize, from: i32, n: i32): void {
  for (; at < end; at += 20) {
    const a = load<i32>(at, 8);
    const b = load<i32>(at, 12);
    const c = load<i32>(at, 16);
    row(
      load<i32>(at),
      address(a, own, from), step(a),
      address(b, own, from), step(b),
      address(c, own, from), step(c),
      address(load<i32>(at, 4), own, from),
      n,
    );
  }
}

function body(from: i32, to: i32, thread: i32): void {
  const own = <usize>argument(5) + <usize>(thread * argument(6) * (block << 2));
  for (; from < to; from += block) {
    instructions(<usize>argument(1), <usize>argument(2), own, from, min(block, to - from));
  }
}

/** The first instructions, up to `rest`, give what is the same at every place: they run once. */
export function elementwise(
  program: usize, rest: usize, end: usize, tensors: usize, vectors: usize, scratch: usize, slots: i32, n: i32, large: i32,
): void {
  setArgument(1, <i32>rest);
  setArgument(2, <i32>end);
  setArgument(3, <i32>tensors);
  setArgument(4, <i32>vectors);
  setArgument(5, <i32>scratch);
  setArgument(6, slots);
  instructions(program, rest, 0, 0, 16);
  parallelFor(body, n, 1024, n >= large);
}
