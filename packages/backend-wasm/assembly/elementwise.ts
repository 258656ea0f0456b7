// Runs a program over blocks of elements that stay in the cache: each instruction is one loop over a block, and tensors
// are read and written once. The host writes the program: see src/kernels/elementwise.ts and elementwise-program.ts.
import { compare, row as binaryRow } from "./binary";
import { argument, parallelFor, setArgument } from "./parallel";
import { multiplyAdd as fma, storeLanes } from "./simd";
import { row as unaryRow } from "./unary";

/** Elements of a block, as src/kernels/elementwise.ts has it. */
const block: i32 = 512;

// @ts-ignore: decorator
@inline function apply(code: i32, a: v128, b: v128, c: v128): v128 {
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

/** Two vectors a turn, so that their chains of operations overlap. */
// @ts-ignore: decorator
@inline function loop(code: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, z: usize, n: i32): void {
  for (; n >= 8; n -= 8) {
    const u = apply(code, v128.load(a), v128.load(b), v128.load(c));
    const v = apply(code, v128.load(a + sa), v128.load(b + sb), v128.load(c + sc));
    v128.store(z, u);
    v128.store(z, v, 16);
    a += sa << 1;
    b += sb << 1;
    c += sc << 1;
    z += 32;
  }
  for (; n > 0; n -= 4) {
    storeLanes(z, apply(code, v128.load(a), v128.load(b), v128.load(c)), n);
    a += sa;
    b += sb;
    c += sc;
    z += 16;
  }
}

/** 0 to 20 as in unary.ts, 21 to 31 those of binary.ts, from 32 on apart: comparisons, conditions, and pairs of instructions. */
function row(code: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, z: usize, n: i32): void {
  if (code < 21) {
    unaryRow(code, a, sa, z, n);
    return;
  }
  if (code < 32) {
    binaryRow(code - 21, a, sa, b, sb, z, n);
    return;
  }
  switch (code) {
    case 32: loop(32, a, sa, b, sb, a, sa, z, n); break;
    case 33: loop(33, a, sa, b, sb, a, sa, z, n); break;
    case 34: loop(34, a, sa, b, sb, a, sa, z, n); break;
    case 35: loop(35, a, sa, b, sb, a, sa, z, n); break;
    case 36: loop(36, a, sa, b, sb, a, sa, z, n); break;
    case 37: loop(37, a, sa, b, sb, a, sa, z, n); break;
    case 50: loop(50, a, sa, a, sa, a, sa, z, n); break;
    case 51: loop(51, a, sa, b, sb, c, sc, z, n); break;
    case 52: loop(52, a, sa, b, sb, a, sa, z, n); break;
    case 53: loop(53, a, sa, b, sb, a, sa, z, n); break;
    case 54: loop(54, a, sa, a, sa, a, sa, z, n); break;
    case 55: loop(55, a, sa, a, sa, a, sa, z, n); break;
    case 56: loop(56, a, sa, b, sb, c, sc, z, n); break;
    case 57: loop(57, a, sa, b, sb, c, sc, z, n); break;
    case 58: loop(58, a, sa, b, sb, c, sc, z, n); break;
    case 59: loop(59, a, sa, b, sb, c, sc, z, n); break;
    case 60: loop(60, a, sa, b, sb, a, sa, z, n); break;
  }
}

// A place is a word: its number and below it two bits that say what it numbers: 0 a tensor, 1 a block of the thread's
// own, 2 a vector of four equal floats.
// @ts-ignore: decorator
@inline function address(place: i32, own: usize, from: i32): usize {
  const i = <usize>(place >>> 2);
  const kind = place & 3;
  if (kind == 0) return <usize>load<i32>(<usize>argument(3) + (i << 2)) + (<usize>from << 2);
  if (kind == 1) return own + i * (block << 2);
  return <usize>argument(4) + (i << 4);
}
// @ts-ignore: decorator
@inline function step(place: i32): usize {
  return place & 2 ? 0 : 16;
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

/** The first instructions, up to `rest`, give vectors that are the same at every place: they run once. */
export function elementwise(
  program: usize, rest: usize, end: usize, tensors: usize, vectors: usize, scratch: usize, slots: i32, n: i32, large: i32,
): void {
  setArgument(1, <i32>rest);
  setArgument(2, <i32>end);
  setArgument(3, <i32>tensors);
  setArgument(4, <i32>vectors);
  setArgument(5, <i32>scratch);
  setArgument(6, slots);
  instructions(program, rest, 0, 0, 4);
  parallelFor(body, n, 1024, n >= large);
}
