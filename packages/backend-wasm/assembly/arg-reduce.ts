// Where the largest or smallest element of dense (outer, reduced, inner) arrays is: the first, and a NaN counts as the
// extreme. Kinds: 0 largest, 1 smallest.
import { argument, parallelFor, setArgument } from "./parallel";
import { foldFour, maxRow, minRow } from "./reduce";
import { splat, storeLanes } from "./simd";

// @ts-ignore: decorator
@inline function scan<T>(kind: i32, p: usize, rows: i32, pitch: usize): i32 {
  let best = load<T>(p);
  let at = 0;
  for (let k = 1; k < rows; k++) {
    p += pitch;
    const v = load<T>(p);
    // What differs from itself is a NaN; the first one stays. Selected, for a jump would be mispredicted.
    const better = i32(kind == 0 ? v > best : v < best) | (i32(v != v) & i32(best == best));
    best = select(v, best, better);
    at = select(k, at, better);
  }
  return at;
}
// @ts-ignore: decorator
@inline function scanAll<T>(from: i32, to: i32): void {
  const kind = argument(0), rows = argument(3), inner = argument(4);
  const pitch = <usize>inner * sizeof<T>();
  for (let i = from; i < to; i++) {
    const outer = i / inner;
    const x = <usize>argument(1) + <usize>outer * <usize>rows * pitch + <usize>(i - outer * inner) * sizeof<T>();
    store<i32>(<usize>argument(2) + (<usize>i << 2), kind == 0 ? scan<T>(0, x, rows, pitch) : scan<T>(1, x, rows, pitch));
  }
}
function integers(from: i32, to: i32, _thread: i32): void {
  scanAll<i32>(from, to);
}
function bytes(from: i32, to: i32, _thread: i32): void {
  scanAll<u8>(from, to);
}

/** The first NaN. */
function firstNaN(x: usize): i32 {
  let at = 0;
  for (; load<f32>(x) == load<f32>(x); x += 4) at++;
  return at;
}
/** The first of n elements that is `value`, which one of them is. */
function firstOf(value: f32, x: usize): i32 {
  const v = splat(value);
  let at = 0;
  for (;; at += 16, x += 64) {
    const a = f32x4.eq(v128.load(x), v), b = f32x4.eq(v128.load(x, 16), v);
    const c = f32x4.eq(v128.load(x, 32), v), d = f32x4.eq(v128.load(x, 48), v);
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
    return at + ctz(i32x4.bitmask(a) | (i32x4.bitmask(b) << 4) | (i32x4.bitmask(c) << 8) | (i32x4.bitmask(d) << 12));
  }
}
/** The same of at most 64, without jumps; -1 for NaN. */
// @ts-ignore: decorator
@inline function firstOfFew(value: f32, x: usize, n: i32): i32 {
  const v = splat(value);
  let places: i64 = 0;
  for (let k = 0; k < n; k += 4, x += 16) places |= <i64>i32x4.bitmask(f32x4.eq(v128.load(x), v)) << k;
  return value == value ? <i32>ctz(places) : -1;
}

/** By block, so that the second look finds it in a near cache. */
const block = 4096;
// @ts-ignore: decorator
@inline function placeInRow(kind: i32, x: usize, n: i32): i32 {
  let best: f32 = 0;
  let at = -1;
  for (let start = 0; start < n; start += block) {
    const p = x + (<usize>start << 2);
    const length = min(block, n - start);
    const v = kind == 0 ? maxRow(p, length) : minRow(p, length);
    if (v != v) return start + firstNaN(p);
    if (at < 0 || (kind == 0 ? v > best : v < best)) {
      best = v;
      at = start;
    }
  }
  return at + firstOf(best, x + (<usize>at << 2));
}
function longRows(from: i32, to: i32, _thread: i32): void {
  const kind = argument(0), n = argument(3);
  for (let i = from; i < to; i++) {
    const x = <usize>argument(1) + ((<usize>i * <usize>n) << 2);
    store<i32>(<usize>argument(2) + (<usize>i << 2), placeInRow(kind, x, n));
  }
}

// @ts-ignore: decorator
@inline function placeInFew(x: usize, z: usize, row: i32, n: i32, value: f32): void {
  const p = x + (<usize>(row * n) << 2);
  const at = firstOfFew(value, p, n);
  store<i32>(z + (<usize>row << 2), at < 0 ? firstNaN(p) : at);
}
// @ts-ignore: decorator
@inline function placeInShort(kind: i32, from: i32, to: i32): void {
  const n = argument(3);
  for (let i = from; i < to; i += 4) {
    const x = <usize>argument(1) + ((<usize>i * <usize>n) << 2);
    const z = <usize>argument(2) + (<usize>i << 2);
    const best = foldFour(kind == 0 ? 2 : 3, x, n, to - i);
    placeInFew(x, z, 0, n, f32x4.extract_lane(best, 0));
    if (i + 1 < to) placeInFew(x, z, 1, n, f32x4.extract_lane(best, 1));
    if (i + 2 < to) placeInFew(x, z, 2, n, f32x4.extract_lane(best, 2));
    if (i + 3 < to) placeInFew(x, z, 3, n, f32x4.extract_lane(best, 3));
  }
}

// A function for each kind, so that the compiler does not ask for it inside of a loop.
function largestInShort(from: i32, to: i32, _thread: i32): void {
  placeInShort(0, from, to);
}
function smallestInShort(from: i32, to: i32, _thread: i32): void {
  placeInShort(1, from, to);
}

/** Lanes where v goes before the best so far: better or NaN, unless the best is NaN. */
// @ts-ignore: decorator
@inline function goesBefore(kind: i32, v: v128, best: v128): v128 {
  return v128.andnot(f32x4.eq(best, best), kind == 0 ? f32x4.le(v, best) : f32x4.ge(v, best));
}
// @ts-ignore: decorator
@inline function placeInColumns(kind: i32, x: usize, pitch: usize, rows: i32, z: usize, n: i32): void {
  let best0 = v128.load(x), best1 = v128.load(x, 16), best2 = v128.load(x, 32), best3 = v128.load(x, 48);
  let at0 = i32x4.splat(0), at1 = at0, at2 = at0, at3 = at0;
  for (let k = 1; k < rows; k++) {
    x += pitch;
    const at = i32x4.splat(k);
    const v0 = v128.load(x), v1 = v128.load(x, 16), v2 = v128.load(x, 32), v3 = v128.load(x, 48);
    const m0 = goesBefore(kind, v0, best0), m1 = goesBefore(kind, v1, best1);
    const m2 = goesBefore(kind, v2, best2), m3 = goesBefore(kind, v3, best3);
    best0 = v128.bitselect(v0, best0, m0);
    best1 = v128.bitselect(v1, best1, m1);
    best2 = v128.bitselect(v2, best2, m2);
    best3 = v128.bitselect(v3, best3, m3);
    at0 = v128.bitselect(at, at0, m0);
    at1 = v128.bitselect(at, at1, m1);
    at2 = v128.bitselect(at, at2, m2);
    at3 = v128.bitselect(at, at3, m3);
  }
  storeLanes(z, at0, n);
  if (n > 4) storeLanes(z + 16, at1, n - 4);
  if (n > 8) storeLanes(z + 32, at2, n - 8);
  if (n > 12) storeLanes(z + 48, at3, n - 12);
}
/** Tiles of 16 columns. */
// @ts-ignore: decorator
@inline function placeInTiles(kind: i32, from: i32, to: i32): void {
  const rows = argument(3), inner = argument(4);
  const perOuter = (inner + 15) >> 4;
  const pitch = <usize>inner << 2;
  for (let i = from; i < to; i++) {
    const outer = i / perOuter;
    const j = (i - outer * perOuter) << 4;
    const x = <usize>argument(1) + <usize>outer * <usize>rows * pitch + (<usize>j << 2);
    const z = <usize>argument(2) + <usize>outer * pitch + (<usize>j << 2);
    placeInColumns(kind, x, pitch, rows, z, inner - j);
  }
}
function largestInColumns(from: i32, to: i32, _thread: i32): void {
  placeInTiles(0, from, to);
}
function smallestInColumns(from: i32, to: i32, _thread: i32): void {
  placeInTiles(1, from, to);
}

/** Types: 0 f32, 1 i32, 2 bool. */
export function argReduce(kind: i32, type: i32, x: usize, z: usize, outer: i32, rows: i32, inner: i32): void {
  setArgument(0, kind);
  setArgument(1, <i32>x);
  setArgument(2, <i32>z);
  setArgument(3, rows);
  setArgument(4, inner);
  const worthIt = <i64>outer * rows * inner >= 16384;
  if (type == 1) parallelFor(integers, outer * inner, 1, worthIt);
  else if (type == 2) parallelFor(bytes, outer * inner, 1, worthIt);
  else if (inner > 1) {
    const tiles = outer * ((inner + 15) >> 4);
    if (kind == 0) parallelFor(largestInColumns, tiles, 1, worthIt);
    else parallelFor(smallestInColumns, tiles, 1, worthIt);
  } else if (rows > 64) parallelFor(longRows, outer, 1, worthIt);
  else if (kind == 0) parallelFor(largestInShort, outer, 4, worthIt);
  else parallelFor(smallestInShort, outer, 4, worthIt);
}
