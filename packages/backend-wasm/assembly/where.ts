// Chooses between two operands by a mask. An operand that stands still is spread into a scratch vector.
import { argument, parallelFor, setArgument } from "./parallel";
import { advance, offset, rowCount, seek } from "./rows";
import { bytesToMask, storeBytes, storeLanes } from "./simd";

const scratch: usize = memory.data(64 * 64, 16);

function words(c: usize, sc: usize, a: usize, sa: usize, b: usize, sb: usize, z: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    storeLanes(z, v128.bitselect(v128.load(a), v128.load(b), bytesToMask(c)), n);
    c += sc >> 2;
    a += sa;
    b += sb;
    z += 16;
  }
}

function bytes(c: usize, sc: usize, a: usize, sa: usize, b: usize, sb: usize, z: usize, n: i32): void {
  for (; n > 0; n -= 16) {
    const mask = i8x16.ne(v128.load(c), i8x16.splat(0));
    storeBytes(z, v128.bitselect(v128.load(a), v128.load(b), mask), n);
    c += sc;
    a += sa;
    b += sb;
    z += 16;
  }
}

// @ts-ignore: decorator
@inline function spread(x: usize, width: usize, target: usize): usize {
  v128.store(target, width == 1 ? v128.load8_splat(x) : v128.load32_splat(x));
  return target;
}

function run(c: usize, cm: bool, a: usize, am: bool, b: usize, bm: bool, z: usize, n: i32, thread: i32): void {
  const width = <usize>argument(8);
  const place = scratch + (<usize>thread << 6);
  const sc: usize = cm ? 16 : 0;
  const sa: usize = am ? 16 : 0;
  const sb: usize = bm ? 16 : 0;
  if (!cm) c = spread(c, 1, place);
  if (!am) a = spread(a, width, place + 16);
  if (!bm) b = spread(b, width, place + 32);
  if (width == 4) words(c, sc, a, sa, b, sb, z, n);
  else bytes(c, sc, a, sa, b, sb, z, n);
}

function body(from: i32, to: i32, thread: i32): void {
  const c = <usize>argument(0);
  const a = <usize>argument(1);
  const b = <usize>argument(2);
  const z = <usize>argument(3);
  const moves = argument(4);
  const dimensions = argument(5);
  const n = argument(6);
  const width = <usize>argument(8);
  const cm = (moves & 1) != 0;
  const am = (moves & 2) != 0;
  const bm = (moves & 4) != 0;
  if (dimensions < 2) {
    const first = <usize>from;
    const skip = first * width;
    run(cm ? c + first : c, cm, am ? a + skip : a, am, bm ? b + skip : b, bm, z + skip, to - from, thread);
    return;
  }
  seek(from, dimensions, thread);
  for (let i = from; i < to; i++) {
    const at = z + <usize>i * <usize>n * width;
    run(c + offset(0, thread), cm, a + offset(1, thread), am, b + offset(2, thread), bm, at, n, thread);
    advance(dimensions, thread);
  }
}

/** `moves`: bits of the operands that advance along a row (condition 1, a 2, b 4). `width`: bytes of an element. */
export function where(
  c: usize, a: usize, b: usize, z: usize, moves: i32, dimensions: i32, n: i32, width: i32,
): void {
  setArgument(0, <i32>c);
  setArgument(1, <i32>a);
  setArgument(2, <i32>b);
  setArgument(3, <i32>z);
  setArgument(4, moves);
  setArgument(5, dimensions);
  setArgument(6, n);
  setArgument(8, width);
  const rows = rowCount(dimensions);
  if (dimensions < 2) parallelFor(body, n, 1024, n >= 65536);
  else parallelFor(body, rows, 1, <i64>rows * n >= 65536);
}
