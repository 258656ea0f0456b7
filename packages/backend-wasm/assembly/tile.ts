// The innermost kernels: 4 × 8 tiles of a product, eight accumulators of four floats.
//
// Their shape follows from what V8 does with such a loop. (1) All loads of a loop body are scheduled before its
// arithmetic, so the accumulators, every load of the body and one product must fit into 15 registers: 8 + 6 + 1.
// Larger tiles, or unrolling by hand, spill and halve the speed. (2) V8 unrolls a loop itself if it is the inner one of
// two in a function: hence the loop over tiles in here, with one end for all of them. (3) A branch behind the inner loop
// costs registers inside it: setting and adding are two functions.
import { multiplyAdd, splat, storeLanes } from "./simd";

/** One edge tile per thread. */
const edgeTiles: usize = memory.data(64 * 128, 64);

// @ts-ignore: decorator
@inline function column(
  add: bool, tiles: i32, depth: i32, a: usize, panel: usize, step: usize, c: usize, pitch: usize,
): void {
  const end = panel + <usize>depth * step;
  for (; tiles > 0; tiles--) {
    let c00 = splat(0), c01 = splat(0), c10 = splat(0), c11 = splat(0);
    let c20 = splat(0), c21 = splat(0), c30 = splat(0), c31 = splat(0);
    let b = panel;
    while (b < end) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let s = v128.load32_splat(a);
      c00 = multiplyAdd(s, b0, c00); c01 = multiplyAdd(s, b1, c01);
      s = v128.load32_splat(a, 4);
      c10 = multiplyAdd(s, b0, c10); c11 = multiplyAdd(s, b1, c11);
      s = v128.load32_splat(a, 8);
      c20 = multiplyAdd(s, b0, c20); c21 = multiplyAdd(s, b1, c21);
      s = v128.load32_splat(a, 12);
      c30 = multiplyAdd(s, b0, c30); c31 = multiplyAdd(s, b1, c31);
      a += 16; b += step;
    }
    const p1 = c + pitch, p2 = p1 + pitch, p3 = p2 + pitch;
    if (add) {
      c00 = f32x4.add(c00, v128.load(c)); c01 = f32x4.add(c01, v128.load(c, 16));
      c10 = f32x4.add(c10, v128.load(p1)); c11 = f32x4.add(c11, v128.load(p1, 16));
      c20 = f32x4.add(c20, v128.load(p2)); c21 = f32x4.add(c21, v128.load(p2, 16));
      c30 = f32x4.add(c30, v128.load(p3)); c31 = f32x4.add(c31, v128.load(p3, 16));
    }
    v128.store(c, c00); v128.store(c, c01, 16); v128.store(p1, c10); v128.store(p1, c11, 16);
    v128.store(p2, c20); v128.store(p2, c21, 16); v128.store(p3, c30); v128.store(p3, c31, 16);
    c = p3 + pitch;
  }
}

function setTiles(tiles: i32, depth: i32, a: usize, panel: usize, c: usize, pitch: usize): void {
  column(false, tiles, depth, a, panel, 32, c, pitch);
}
function addTiles(tiles: i32, depth: i32, a: usize, panel: usize, c: usize, pitch: usize): void {
  column(true, tiles, depth, a, panel, 32, c, pitch);
}

/**
 * `tiles` tiles below each other: packed rows at `a` times one packed panel of 8 columns, stored to c, or added to it.
 * `pitch`: bytes from one row of c to the next.
 */
// @ts-ignore: decorator
@inline export function multiplyTiles(
  add: bool, tiles: i32, depth: i32, a: usize, panel: usize, c: usize, pitch: usize,
): void {
  if (add) addTiles(tiles, depth, a, panel, c, pitch);
  else setTiles(tiles, depth, a, panel, c, pitch);
}

/** The same with a right factor that is not packed: `step` bytes from one of its rows to the next. */
export function multiplyStrided(
  tiles: i32, depth: i32, a: usize, b: usize, step: usize, c: usize, pitch: usize,
): void {
  column(false, tiles, depth, a, b, step, c, pitch);
}

/** The same for four rows, into the edge tile of the thread, 8 floats a row. */
export function multiplyStridedEdge(depth: i32, a: usize, b: usize, step: usize, thread: i32): usize {
  const tile = edgeTiles + (<usize>thread << 7);
  multiplyStrided(1, depth, a, b, step, tile, 32);
  return tile;
}

/** Packed rows times a packed panel, into the edge tile of the thread, 8 floats a row. */
export function multiplyEdge(depth: i32, a: usize, panel: usize, thread: i32): usize {
  const tile = edgeTiles + (<usize>thread << 7);
  setTiles(1, depth, a, panel, tile, 32);
  return tile;
}

/** Stores, or adds, the upper left part of an edge tile. */
export function storeEdge(tile: usize, add: bool, c: usize, pitch: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    let left = v128.load(tile), right = v128.load(tile, 16);
    if (add) {
      left = f32x4.add(left, v128.load(c));
      right = f32x4.add(right, v128.load(c, 16));
    }
    storeLanes(c, left, columns);
    if (columns > 4) storeLanes(c + 16, right, columns - 4);
    tile += 32;
    c += pitch;
  }
}

/** rows × columns of c from packed rows and packed panels of the same depth. */
export function multiplyBlock(
  add: bool, rows: i32, columns: i32, depth: i32, a: usize, b: usize, c: usize, pitch: usize, thread: i32,
): void {
  const whole = rows >> 2;
  for (let j = 0; j < columns; j += 8) {
    const panel = b + <usize>(j * depth * 4);
    const width = columns - j;
    let i = 0;
    if (width >= 8) {
      multiplyTiles(add, whole, depth, a, panel, c + (<usize>j << 2), pitch);
      i = whole << 2;
    }
    for (; i < rows; i += 4) {
      const tile = multiplyEdge(depth, a + <usize>(i * depth * 4), panel, thread);
      storeEdge(tile, add, c + <usize>i * pitch + (<usize>j << 2), pitch, min(rows - i, 4), min(width, 8));
    }
  }
}

/** Tiles from factors as they lie: rows of a at 0, d1, d2, d3, `aStep` bytes along them; rows of b `bStep` apart. */
function tilesUnpacked(
  tiles: i32, depth: i32, a: usize, d1: usize, d2: usize, d3: usize, aStep: usize, b: usize, bStep: usize,
  c: usize, pitch: usize,
): void {
  const next = d1 << 2;
  for (; tiles > 0; tiles--) {
    let c00 = splat(0), c01 = splat(0), c10 = splat(0), c11 = splat(0);
    let c20 = splat(0), c21 = splat(0), c30 = splat(0), c31 = splat(0);
    let a0 = a, a1 = a + d1, a2 = a + d2, a3 = a + d3, p = b;
    for (let k = 0; k < depth; k++) {
      const b0 = v128.load(p), b1 = v128.load(p, 16);
      let s = v128.load32_splat(a0);
      c00 = multiplyAdd(s, b0, c00); c01 = multiplyAdd(s, b1, c01);
      s = v128.load32_splat(a1);
      c10 = multiplyAdd(s, b0, c10); c11 = multiplyAdd(s, b1, c11);
      s = v128.load32_splat(a2);
      c20 = multiplyAdd(s, b0, c20); c21 = multiplyAdd(s, b1, c21);
      s = v128.load32_splat(a3);
      c30 = multiplyAdd(s, b0, c30); c31 = multiplyAdd(s, b1, c31);
      a0 += aStep; a1 += aStep; a2 += aStep; a3 += aStep; p += bStep;
    }
    const p1 = c + pitch, p2 = p1 + pitch, p3 = p2 + pitch;
    v128.store(c, c00); v128.store(c, c01, 16); v128.store(p1, c10); v128.store(p1, c11, 16);
    v128.store(p2, c20); v128.store(p2, c21, 16); v128.store(p3, c30); v128.store(p3, c31, 16);
    a += next;
    c = p3 + pitch;
  }
}

/** c = a · b without packing, for small factors. Rows of b are contiguous; a has any strides (bytes). */
export function multiplyUnpacked(
  rows: i32, columns: i32, depth: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize,
  c: usize, pitch: usize, thread: i32,
): void {
  const whole = rows >> 2;
  const tile = edgeTiles + (<usize>thread << 7);
  for (let j = 0; j < columns; j += 8) {
    const bj = b + (<usize>j << 2);
    const cj = c + (<usize>j << 2);
    let i = 0;
    if (columns - j >= 8) {
      tilesUnpacked(whole, depth, a, aRow, 2 * aRow, 3 * aRow, aStep, bj, bStep, cj, pitch);
      i = whole << 2;
    }
    for (; i < rows; i += 4) {
      // Rows past the end: the last one again.
      const d1: usize = rows - i > 1 ? aRow : 0;
      const d2: usize = rows - i > 2 ? 2 * aRow : d1;
      const d3: usize = rows - i > 3 ? 3 * aRow : d2;
      tilesUnpacked(1, depth, a + <usize>i * aRow, d1, d2, d3, aStep, bj, bStep, tile, 32);
      storeEdge(tile, false, cj + <usize>i * pitch, pitch, min(rows - i, 4), min(columns - j, 8));
    }
  }
}
