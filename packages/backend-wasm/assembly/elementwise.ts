// Runs a program over blocks of elements that stay in the cache: each instruction is one loop over a block, and tensors
// are read and written once. The host writes the program: see src/kernels/elementwise.ts and elementwise-program.ts. One
// that is used much is a function of its own by then (elementwise-module.ts), which gives the same bits.
import { compare, row as binaryRow } from "./binary";
import { argument, parallelFor, setArgument } from "./parallel";
import { storeLanes } from "./simd";
import { row as unaryRow } from "./unary";

/** Elements of a block, as src/kernels/elementwise.ts has it. */
const block: i32 = 512;

/**
 * Has the calling thread's host run the function number `id`, of which the module lies at `address`. `own` is the thread's
 * scratch memory. Gives 0, and has done nothing, where the host may not make functions.
 */
// @ts-ignore: decorator
@external("env", "program")
declare function compiled(
  id: i32, address: usize, length: i32, from: i32, to: i32, tensors: usize, vectors: usize, own: usize,
): i32;

/** Comparisons and what is done with conditions, which are lane masks here. */
// @ts-ignore: decorator
@inline function select(code: i32, a: v128, b: v128, c: v128): v128 {
  if (code == 50) return a;
  if (code == 51) return v128.bitselect(b, c, a);
  if (code == 52) return v128.and(a, b);
  if (code == 53) return v128.or(a, b);
  if (code == 54) return v128.not(a);
  if (code == 55) return f32x4.ne(a, a);
  return compare(code, a, b);
}

/** 0 to 20 as in unary.ts, 21 to 31 those of binary.ts, from 32 on apart. */
function row(code: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, z: usize, n: i32): void {
  if (code < 21) unaryRow(code, a, sa, z, n);
  else if (code < 32) binaryRow(code - 21, a, sa, b, sb, z, n);
  else {
    for (; n > 0; n -= 4) {
      storeLanes(z, select(code, v128.load(a), v128.load(b), v128.load(c)), n);
      a += sa;
      b += sb;
      c += sc;
      z += 16;
    }
  }
}

// A place is a word: its number and below it two bits that say what it numbers: 0 a tensor, 1 a block of the thread's
// own, 2 sixteen equal floats.
function address(place: i32, own: usize, from: i32): usize {
  const i = <usize>(place >>> 2);
  const kind = place & 3;
  if (kind == 0) return <usize>load<i32>(<usize>argument(3) + (i << 2)) + (<usize>from << 2);
  if (kind == 1) return own + i * (block << 2);
  return <usize>argument(4) + (i << 6);
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
  const own = <usize>argument(5) + <usize>(thread * argument(6));
  const id = argument(7);
  if (id != 0) {
    const code = <usize>argument(8);
    if (compiled(id, code, argument(9), from, to, <usize>argument(3), <usize>argument(4), own)) return;
  }
  for (; from < to; from += block) {
    instructions(<usize>argument(1), <usize>argument(2), own, from, min(block, to - from));
  }
}

/**
 * The first instructions, up to `rest`, give what is the same at every place: they run once. Each thread has `ownBytes` of
 * scratch memory. `id` is 0 where the program has no function yet.
 */
export function elementwise(
  program: usize, rest: usize, end: usize, tensors: usize, vectors: usize, scratch: usize, ownBytes: i32,
  n: i32, large: i32, id: i32, code: usize, length: i32,
): void {
  setArgument(1, <i32>rest);
  setArgument(2, <i32>end);
  setArgument(3, <i32>tensors);
  setArgument(4, <i32>vectors);
  setArgument(5, <i32>scratch);
  setArgument(6, ownBytes);
  setArgument(7, id);
  setArgument(8, <i32>code);
  setArgument(9, length);
  instructions(program, rest, 0, 0, 16);
  parallelFor(body, n, 1024, n >= large);
}
