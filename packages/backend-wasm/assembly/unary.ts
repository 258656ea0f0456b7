// f(x), element by element. Codes are those of src/kernels/unary.ts. An operand that stands still (step 0) is spread
// into a scratch vector that does not advance, so one loop serves both.
import * as math from "./math";
import { argument, parallelFor, setArgument } from "./parallel";
import { advance, offset, rowCount, seek, size } from "./rows";
import { masksToBytes, splat, storeBytes, storeLanes } from "./simd";

const scratch: usize = memory.data(64 * 16, 16);

// @ts-ignore: decorator
@inline export function apply(code: i32, x: v128): v128 {
  if (code == 0) return f32x4.neg(x);
  if (code == 1) return f32x4.abs(x);
  if (code == 2) {
    const one = v128.or(v128.and(x, splat(-0.0)), splat(1));
    return v128.bitselect(one, x, v128.or(f32x4.lt(x, splat(0)), f32x4.gt(x, splat(0))));
  }
  if (code == 3) return f32x4.mul(x, x);
  if (code == 4) return f32x4.sqrt(x);
  if (code == 5) return f32x4.div(splat(1), f32x4.sqrt(x));
  if (code == 6) return f32x4.div(splat(1), x);
  if (code == 7) return math.exp(x);
  if (code == 8) return math.expm1(x);
  if (code == 9) return math.log(x);
  if (code == 10) return math.log1p(x);
  if (code == 11) return math.sine(x, 0);
  if (code == 12) return math.sine(x, 1);
  if (code == 13) return math.tanh(x);
  if (code == 14) return math.sigmoid(x);
  if (code == 15) return math.softplus(x);
  if (code == 16) return math.erf(x);
  if (code == 17) return f32x4.pmax(x, splat(0));
  if (code == 18) return f32x4.floor(x);
  if (code == 19) return f32x4.ceil(x);
  if (code == 20) return f32x4.nearest(x);
  // i32
  if (code == 32) return i32x4.neg(x);
  if (code == 33) return i32x4.abs(x);
  if (code == 34) return i32x4.max_s(i32x4.min_s(x, i32x4.splat(1)), i32x4.splat(-1));
  if (code == 35) return i32x4.mul(x, x);
  return i32x4.max_s(x, i32x4.splat(0));
}

/** Two vectors a turn, so that their chains of operations overlap. */
// @ts-ignore: decorator
@inline function loop(code: i32, x: usize, step: usize, z: usize, n: i32): void {
  for (; n >= 8; n -= 8) {
    const a = apply(code, v128.load(x));
    const b = apply(code, v128.load(x + step));
    v128.store(z, a);
    v128.store(z, b, 16);
    x += step << 1;
    z += 32;
  }
  for (; n > 0; n -= 4) {
    storeLanes(z, apply(code, v128.load(x)), n);
    x += step;
    z += 16;
  }
}

type Loop = (x: usize, step: usize, z: usize, n: i32) => void;
function exps(x: usize, step: usize, z: usize, n: i32): void {
  loop(7, x, step, z, n);
}
function expm1s(x: usize, step: usize, z: usize, n: i32): void {
  loop(8, x, step, z, n);
}
function logs(x: usize, step: usize, z: usize, n: i32): void {
  loop(9, x, step, z, n);
}
function log1ps(x: usize, step: usize, z: usize, n: i32): void {
  loop(10, x, step, z, n);
}
function tanhs(x: usize, step: usize, z: usize, n: i32): void {
  loop(13, x, step, z, n);
}
function sigmoids(x: usize, step: usize, z: usize, n: i32): void {
  loop(14, x, step, z, n);
}
function softpluses(x: usize, step: usize, z: usize, n: i32): void {
  loop(15, x, step, z, n);
}
function erfs(x: usize, step: usize, z: usize, n: i32): void {
  loop(16, x, step, z, n);
}
function sins(x: usize, step: usize, z: usize, n: i32): void {
  sines(0, x, step, z, n);
}
function coses(x: usize, step: usize, z: usize, n: i32): void {
  sines(1, x, step, z, n);
}

/** Long loops are called through a pointer: joined in one function, they would compete for registers. */
export function row(code: i32, x: usize, step: usize, z: usize, n: i32): void {
  let far: Loop | null = null;
  switch (code) {
    case 0: loop(0, x, step, z, n); break;
    case 1: loop(1, x, step, z, n); break;
    case 2: loop(2, x, step, z, n); break;
    case 3: loop(3, x, step, z, n); break;
    case 4: loop(4, x, step, z, n); break;
    case 5: loop(5, x, step, z, n); break;
    case 6: loop(6, x, step, z, n); break;
    case 7: far = exps; break;
    case 8: far = expm1s; break;
    case 9: far = logs; break;
    case 10: far = log1ps; break;
    case 11: far = sins; break;
    case 12: far = coses; break;
    case 13: far = tanhs; break;
    case 14: far = sigmoids; break;
    case 15: far = softpluses; break;
    case 16: far = erfs; break;
    case 17: loop(17, x, step, z, n); break;
    case 18: loop(18, x, step, z, n); break;
    case 19: loop(19, x, step, z, n); break;
    case 20: loop(20, x, step, z, n); break;
    case 32: loop(32, x, step, z, n); break;
    case 33: loop(33, x, step, z, n); break;
    case 34: loop(34, x, step, z, n); break;
    case 35: loop(35, x, step, z, n); break;
    case 36: loop(36, x, step, z, n); break;
  }
  if (far !== null) far(x, step, z, n);
}

/** sin and cos; vectors with a large argument go lane by lane through the exact reduction. */
function sines(quarters: i32, x: usize, step: usize, z: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    const v = v128.load(x);
    if (!math.isFar(v)) storeLanes(z, math.sine(v, quarters), n);
    else {
      for (let i = 0; i < min(n, 4); i++) {
        const a = load<f32>(x + (<usize>i << 2));
        store<f32>(z + (<usize>i << 2), quarters ? Mathf.cos(a) : Mathf.sin(a));
      }
    }
    x += step;
    z += 16;
  }
}

// @ts-ignore: decorator
@inline function predicate(code: i32, x: v128): v128 {
  if (code == 64) return f32x4.eq(x, splat(0));
  if (code == 65) return f32x4.ne(x, x);
  return i32x4.eq(x, i32x4.splat(0));
}

/** What gives bool: 64 logicalNot and 65 isNaN of f32, 66 logicalNot of i32. */
// @ts-ignore: decorator
@inline function predicates(code: i32, x: usize, step: usize, z: usize, n: i32): void {
  for (; n > 0; n -= 16) {
    const a = predicate(code, v128.load(x));
    const b = predicate(code, v128.load(x + step));
    const c = predicate(code, v128.load(x + 2 * step));
    const d = predicate(code, v128.load(x + 3 * step));
    storeBytes(z, masksToBytes(a, b, c, d), n);
    x += step << 2;
    z += 16;
  }
}

/** 67: logicalNot of bool. */
function negations(x: usize, step: usize, z: usize, n: i32): void {
  for (; n > 0; n -= 16) {
    storeBytes(z, v128.and(i8x16.eq(v128.load(x), i8x16.splat(0)), i8x16.splat(1)), n);
    x += step;
    z += 16;
  }
}

function run(code: i32, x: usize, moves: bool, z: usize, n: i32, thread: i32): void {
  let step: usize = 16;
  if (!moves) {
    const spread = scratch + (<usize>thread << 4);
    v128.store(spread, code == 67 ? v128.load8_splat(x) : v128.load32_splat(x));
    x = spread;
    step = 0;
  }
  if (code < 64) row(code, x, step, z, n);
  else if (code == 64) predicates(64, x, step, z, n);
  else if (code == 65) predicates(65, x, step, z, n);
  else if (code == 66) predicates(66, x, step, z, n);
  else negations(x, step, z, n);
}

function body(from: i32, to: i32, thread: i32): void {
  const code = argument(0);
  const x = <usize>argument(1);
  const width = <usize>argument(2);
  const z = <usize>argument(3);
  const dimensions = argument(4);
  const n = argument(5);
  const moves = width != 0;
  const outWidth: usize = code < 64 ? 4 : 1;
  if (dimensions < 2) {
    run(code, x + <usize>from * width, moves, z + <usize>from * outWidth, to - from, thread);
    return;
  }
  seek(from, dimensions, thread);
  for (let i = from; i < to; i++) {
    run(code, x + offset(0, thread), moves, z + <usize>i * <usize>n * outWidth, n, thread);
    advance(dimensions, thread);
  }
}

/** Rows of n elements, `width` bytes from one to the next (0: one element for the whole row). */
export function unary(code: i32, x: usize, width: i32, z: usize, dimensions: i32, n: i32): void {
  setArgument(0, code);
  setArgument(1, <i32>x);
  setArgument(2, width);
  setArgument(3, <i32>z);
  setArgument(4, dimensions);
  setArgument(5, n);
  const rows = rowCount(dimensions);
  // exp to erf take ten times as long as the others.
  const least = code >= 7 && code <= 16 ? 16384 : 65536;
  if (dimensions < 2) parallelFor(body, n, 1024, n >= least);
  else parallelFor(body, rows, 1, <i64>rows * n >= least);
}
