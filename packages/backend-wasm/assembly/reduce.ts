// Reductions of dense (outer, reduced, inner) arrays: along rows where inner is 1, else down columns. Sums of floats
// are blocked: at most 128 terms meet in f32, and the blocks are added in f64. Kinds: 0 sum, 1 prod, 2 max, 3 min.
import { argument, parallelFor, setArgument } from "./parallel";
import { laneMask, splat, storeLanes } from "./simd";

/** f64 sums of up to 16 columns, for each thread. */
const totals: usize = memory.data(64 * 128, 16);

// @ts-ignore: decorator
@inline function initial(kind: i32): v128 {
  return splat(kind == 0 ? 0 : kind == 1 ? 1 : kind == 2 ? -Infinity : Infinity);
}
/** NaN in b is lost to the largest and smallest: one is noted apart, for `max` with its NaN takes eight instructions. */
// @ts-ignore: decorator
@inline function join(kind: i32, a: v128, b: v128): v128 {
  if (kind == 0) return f32x4.add(a, b);
  if (kind == 1) return f32x4.mul(a, b);
  if (kind == 2) return f32x4.pmax(a, b);
  return f32x4.pmin(a, b);
}
/** Adds to the lanes where NaN was seen. */
// @ts-ignore: decorator
@inline function noteNaN(kind: i32, seen: v128, v: v128): v128 {
  return kind < 2 ? seen : v128.or(seen, f32x4.ne(v, v));
}
/** Makes NaN of the lanes where one was seen: all ones are one. */
// @ts-ignore: decorator
@inline function withNaN(kind: i32, v: v128, seen: v128): v128 {
  return kind < 2 ? v : v128.or(v, seen);
}
/** With NaN. */
// @ts-ignore: decorator
@inline function joinAll(kind: i32, a: v128, b: v128): v128 {
  if (kind == 2) return f32x4.max(a, b);
  if (kind == 3) return f32x4.min(a, b);
  return join(kind, a, b);
}
// @ts-ignore: decorator
@inline function joinOne(kind: i32, a: f32, b: f32): f32 {
  if (kind == 0) return a + b;
  if (kind == 1) return a * b;
  if (kind == 2) return max(a, b);
  return min(a, b);
}

/** Up to 512 elements (a sum's block), or any number. */
// @ts-ignore: decorator
@inline function fold(kind: i32, x: usize, n: i32): f32 {
  let a = initial(kind);
  let b = a;
  let c = a;
  let d = a;
  let seen = i32x4.splat(0);
  for (; n >= 16; n -= 16, x += 64) {
    const v0 = v128.load(x), v1 = v128.load(x, 16), v2 = v128.load(x, 32), v3 = v128.load(x, 48);
    a = join(kind, a, v0);
    b = join(kind, b, v1);
    c = join(kind, c, v2);
    d = join(kind, d, v3);
    seen = noteNaN(kind, noteNaN(kind, noteNaN(kind, noteNaN(kind, seen, v0), v1), v2), v3);
  }
  for (; n >= 4; n -= 4, x += 16) {
    const u = v128.load(x);
    a = join(kind, a, u);
    seen = noteNaN(kind, seen, u);
  }
  const v = withNaN(kind, join(kind, join(kind, a, b), join(kind, c, d)), seen);
  let r = joinOne(
    kind,
    joinOne(kind, f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    joinOne(kind, f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
  for (; n > 0; n--, x += 4) r = joinOne(kind, r, load<f32>(x));
  return r;
}

function sumRow(x: usize, n: i32): f32 {
  if (n <= 512) return fold(0, x, n);
  let total: f64 = 0;
  for (; n > 0; n -= 512, x += 2048) total += fold(0, x, min(n, 512));
  return <f32>total;
}
function prodRow(x: usize, n: i32): f32 {
  return fold(1, x, n);
}
export function maxRow(x: usize, n: i32): f32 {
  return fold(2, x, n);
}
export function minRow(x: usize, n: i32): f32 {
  return fold(3, x, n);
}

/** A short row, but for the joining of the lanes. */
// @ts-ignore: decorator
@inline function lanesOfRow(kind: i32, x: usize, n: i32): v128 {
  const none = initial(kind);
  let a = none, b = none;
  let seen = i32x4.splat(0);
  for (; n >= 8; n -= 8, x += 32) {
    const u = v128.load(x), v = v128.load(x, 16);
    a = join(kind, a, u);
    b = join(kind, b, v);
    seen = noteNaN(kind, noteNaN(kind, seen, u), v);
  }
  if (n >= 4) {
    const u = v128.load(x);
    a = join(kind, a, u);
    seen = noteNaN(kind, seen, u);
    x += 16;
    n -= 4;
  }
  if (n > 0) {
    const u = v128.bitselect(v128.load(x), none, laneMask(n));
    b = join(kind, b, u);
    seen = noteNaN(kind, seen, u);
  }
  return withNaN(kind, join(kind, a, b), seen);
}

// Functions of their own, one for each kind: inlined they would be in the module two dozen times.
function sumLanes(x: usize, n: i32): v128 {
  return lanesOfRow(0, x, n);
}
function maxLanes(x: usize, n: i32): v128 {
  return lanesOfRow(2, x, n);
}
function minLanes(x: usize, n: i32): v128 {
  return lanesOfRow(3, x, n);
}
// @ts-ignore: decorator
@inline function lanes(kind: i32, x: usize, n: i32): v128 {
  if (kind == 0) return sumLanes(x, n);
  if (kind == 2) return maxLanes(x, n);
  return minLanes(x, n);
}

/** Up to four short rows, whose lanes are joined together. Rows past the `count` are read from the first. */
// @ts-ignore: decorator
@inline export function foldFour(kind: i32, x: usize, n: i32, count: i32): v128 {
  const pitch = <usize>n << 2;
  const a = lanes(kind, x, n);
  const b = lanes(kind, count > 1 ? x + pitch : x, n);
  const c = lanes(kind, count > 2 ? x + 2 * pitch : x, n);
  const d = lanes(kind, count > 3 ? x + 3 * pitch : x, n);
  // Transposed: a lane is a row.
  const t0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), t1 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const t2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7), t3 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  const left = joinAll(kind, v128.shuffle<f64>(t0, t1, 0, 2), v128.shuffle<f64>(t0, t1, 1, 3));
  const right = joinAll(kind, v128.shuffle<f64>(t2, t3, 0, 2), v128.shuffle<f64>(t2, t3, 1, 3));
  return joinAll(kind, left, right);
}

// @ts-ignore: decorator
@inline function foldRows(kind: i32, from: i32, to: i32): void {
  const n = argument(3);
  const pitch = <usize>n << 2;
  for (let i = from; i < to; i += 4) {
    const r = foldFour(kind, <usize>argument(1) + <usize>i * pitch, n, to - i);
    storeLanes(<usize>argument(2) + (<usize>i << 2), r, to - i);
  }
}
// The compiler folds branches that are alike into one loop, and then asks for the kind inside: so they are no branches.
function sumRows(from: i32, to: i32, _thread: i32): void {
  foldRows(0, from, to);
}
function maxRows(from: i32, to: i32, _thread: i32): void {
  foldRows(2, from, to);
}
function minRows(from: i32, to: i32, _thread: i32): void {
  foldRows(3, from, to);
}

/** Elements of one piece of a long row. Pieces are joined by a second pass, so cuts never depend on threads. */
function pieces(from: i32, to: i32, _thread: i32): void {
  const kind = argument(0);
  const x = <usize>argument(1);
  const z = <usize>argument(2);
  const n = argument(3);
  const piece = argument(4);
  const perRow = argument(5);
  for (let i = from; i < to; i++) {
    const row = i / perRow;
    const start = (i - row * perRow) * piece;
    const p = x + ((<usize>row * <usize>n + <usize>start) << 2);
    const length = min(piece, n - start);
    const r = kind == 0 ? sumRow(p, length) : kind == 1 ? prodRow(p, length) : kind == 2 ? maxRow(p, length) : minRow(p, length);
    store<f32>(z + (<usize>i << 2), r);
  }
}

/** (outer, n) → (outer, ⌈n / piece⌉). */
export function reduceRows(kind: i32, x: usize, z: usize, outer: i32, n: i32, piece: i32): void {
  const perRow = (n + piece - 1) / piece;
  setArgument(0, kind);
  setArgument(1, <i32>x);
  setArgument(2, <i32>z);
  setArgument(3, n);
  setArgument(4, piece);
  setArgument(5, perRow);
  const worthIt = <i64>outer * n >= 32768;
  if (n > 128 || perRow > 1 || kind == 1) parallelFor(pieces, outer * perRow, 1, worthIt);
  else if (kind == 0) parallelFor(sumRows, outer, 4, worthIt);
  else if (kind == 2) parallelFor(maxRows, outer, 4, worthIt);
  else parallelFor(minRows, outer, 4, worthIt);
}

// @ts-ignore: decorator
@inline function column(kind: i32, x: usize, pitch: usize, rows: i32, z: usize, n: i32): void {
  let a = initial(kind);
  let b = a;
  let c = a;
  let d = a;
  let aNaN = i32x4.splat(0), bNaN = aNaN, cNaN = aNaN, dNaN = aNaN;
  for (; rows > 0; rows--, x += pitch) {
    const v0 = v128.load(x), v1 = v128.load(x, 16), v2 = v128.load(x, 32), v3 = v128.load(x, 48);
    a = join(kind, a, v0);
    b = join(kind, b, v1);
    c = join(kind, c, v2);
    d = join(kind, d, v3);
    aNaN = noteNaN(kind, aNaN, v0);
    bNaN = noteNaN(kind, bNaN, v1);
    cNaN = noteNaN(kind, cNaN, v2);
    dNaN = noteNaN(kind, dNaN, v3);
  }
  a = withNaN(kind, a, aNaN);
  b = withNaN(kind, b, bNaN);
  c = withNaN(kind, c, cNaN);
  d = withNaN(kind, d, dNaN);
  storeLanes(z, a, n);
  if (n > 4) storeLanes(z + 16, b, n - 4);
  if (n > 8) storeLanes(z + 32, c, n - 8);
  if (n > 12) storeLanes(z + 48, d, n - 12);
}

// @ts-ignore: decorator
@inline export function addWide(total: usize, v: v128): void {
  v128.store(total, f64x2.add(v128.load(total), f64x2.promote_low_f32x4(v)));
  const high = v128.shuffle<f32>(v, v, 2, 3, 0, 1);
  v128.store(total, f64x2.add(v128.load(total, 16), f64x2.promote_low_f32x4(high)), 16);
}
// @ts-ignore: decorator
@inline export function narrow(total: usize): v128 {
  const low = f32x4.demote_f64x2_zero(v128.load(total));
  return v128.shuffle<f32>(low, f32x4.demote_f64x2_zero(v128.load(total, 16)), 0, 1, 4, 5);
}

/** Sums in blocks of 128 rows. */
function sumColumn(x: usize, pitch: usize, rows: i32, z: usize, n: i32, thread: i32): void {
  if (rows <= 128) {
    column(0, x, pitch, rows, z, n);
    return;
  }
  const total = totals + (<usize>thread << 7);
  memory.fill(total, 0, 128);
  for (; rows > 0; rows -= 128) {
    let a = splat(0);
    let b = a;
    let c = a;
    let d = a;
    for (let i = min(rows, 128); i > 0; i--, x += pitch) {
      a = f32x4.add(a, v128.load(x));
      b = f32x4.add(b, v128.load(x, 16));
      c = f32x4.add(c, v128.load(x, 32));
      d = f32x4.add(d, v128.load(x, 48));
    }
    addWide(total, a);
    addWide(total + 32, b);
    addWide(total + 64, c);
    addWide(total + 96, d);
  }
  for (let i = 0; i < n; i += 4) storeLanes(z + (<usize>i << 2), narrow(total + (<usize>i << 3)), n - i);
}

/** Tiles of 16 columns. */
function tiles(from: i32, to: i32, thread: i32): void {
  const kind = argument(0);
  const rows = argument(3);
  const inner = argument(4);
  const perOuter = argument(5);
  const pitch = <usize>inner << 2;
  for (let i = from; i < to; i++) {
    const outer = i / perOuter;
    const j = (i - outer * perOuter) << 4;
    const x = <usize>argument(1) + (<usize>outer * <usize>rows) * pitch + (<usize>j << 2);
    const z = <usize>argument(2) + <usize>outer * pitch + (<usize>j << 2);
    const n = min(16, inner - j);
    if (kind == 0) sumColumn(x, pitch, rows, z, n, thread);
    else if (kind == 1) column(1, x, pitch, rows, z, n);
    else if (kind == 2) column(2, x, pitch, rows, z, n);
    else column(3, x, pitch, rows, z, n);
  }
}

/** (outer, rows, inner) → (outer, inner). */
export function reduceColumns(kind: i32, x: usize, z: usize, outer: i32, rows: i32, inner: i32): void {
  const perOuter = (inner + 15) >> 4;
  setArgument(0, kind);
  setArgument(1, <i32>x);
  setArgument(2, <i32>z);
  setArgument(3, rows);
  setArgument(4, inner);
  setArgument(5, perOuter);
  parallelFor(tiles, outer * perOuter, 1, <i64>outer * rows * inner >= 32768);
}

// @ts-ignore: decorator
@inline function integers<T>(kind: i32, x: usize, z: usize, outer: i32, rows: i32, inner: i32): void {
  const pitch = <usize>inner * sizeof<T>();
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      let p = x + <usize>j * sizeof<T>();
      let r = load<T>(p);
      for (let k = 1; k < rows; k++) {
        p += pitch;
        const v = load<T>(p);
        r = kind == 0 ? r + v : kind == 1 ? r * v : kind == 2 ? (v > r ? v : r) : v < r ? v : r;
      }
      store<T>(z, r);
      z += sizeof<T>();
    }
    x += <usize>rows * pitch;
  }
}

/** The same of i32 (width 4) and of bytes. */
export function reduceIntegers(kind: i32, width: i32, x: usize, z: usize, outer: i32, rows: i32, inner: i32): void {
  if (width == 4) integers<i32>(kind, x, z, outer, rows, inner);
  else integers<u8>(kind, x, z, outer, rows, inner);
}
