// Packing for the tiles of tile.ts. The left factor becomes panels of 4 rows, the right one panels of 8 columns, both
// ordered by depth: [panel][depth][4 or 8]. Transposes are a matter of packing only: products run at one speed for all
// four. Rows past the end are read from the last row, columns past the end are 0: their results are never stored.
import { laneMask } from "./simd";

/** Four rows of four floats, transposed, to four places `pitch` bytes apart. */
// @ts-ignore: decorator
@inline export function storeTransposed(r0: v128, r1: v128, r2: v128, r3: v128, target: usize, pitch: usize): void {
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f64>(t0, t1, 0, 2));
  v128.store(target + pitch, v128.shuffle<f64>(t0, t1, 1, 3));
  v128.store(target + 2 * pitch, v128.shuffle<f64>(t2, t3, 0, 2));
  v128.store(target + 3 * pitch, v128.shuffle<f64>(t2, t3, 1, 3));
}

/** Four lines that are contiguous along the depth, interleaved `pitch` bytes apart. */
// @ts-ignore: decorator
@inline function interleave(source: usize, line: usize, count: i32, depth: i32, target: usize, pitch: usize): void {
  let p0 = source;
  let p1 = count > 1 ? p0 + line : p0;
  let p2 = count > 2 ? p1 + line : p1;
  let p3 = count > 3 ? p2 + line : p2;
  let k = 0;
  for (; k + 4 <= depth; k += 4) {
    storeTransposed(v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), target, pitch);
    p0 += 16; p1 += 16; p2 += 16; p3 += 16;
    target += 4 * pitch;
  }
  for (; k < depth; k++) {
    store<f32>(target, load<f32>(p0));
    store<f32>(target, load<f32>(p1), 4);
    store<f32>(target, load<f32>(p2), 8);
    store<f32>(target, load<f32>(p3), 12);
    p0 += 4; p1 += 4; p2 += 4; p3 += 4;
    target += pitch;
  }
}

/** Rows that are contiguous along the depth: `line` bytes from one to the next. */
export function packRows(a: usize, line: usize, rows: i32, depth: i32, target: usize): void {
  for (let i = 0; i < rows; i += 4) {
    interleave(a + <usize>i * line, line, rows - i, depth, target, 16);
    target += <usize>depth << 4;
  }
}

/** Rows that lie side by side: `line` bytes from one step of the depth to the next. */
export function packRowsAcross(a: usize, line: usize, rows: i32, depth: i32, target: usize): void {
  for (let i = 0; i < rows; i += 4) {
    let p = a + (<usize>i << 2);
    const mask = laneMask(rows - i);
    for (let k = 0; k < depth; k++) {
      v128.store(target, v128.and(v128.load(p), mask));
      p += line;
      target += 16;
    }
  }
}

/** Columns that lie side by side: `line` bytes from one row of the factor to the next. */
export function packColumns(b: usize, line: usize, columns: i32, depth: i32, target: usize): void {
  for (let j = 0; j < columns; j += 8) {
    let p = b + (<usize>j << 2);
    if (columns - j >= 8) {
      for (let k = 0; k < depth; k++) {
        v128.store(target, v128.load(p));
        v128.store(target, v128.load(p, 16), 16);
        p += line;
        target += 32;
      }
    } else {
      const left = laneMask(columns - j), right = laneMask(columns - j - 4);
      for (let k = 0; k < depth; k++) {
        v128.store(target, v128.and(v128.load(p), left));
        v128.store(target, v128.and(v128.load(p, 16), right), 16);
        p += line;
        target += 32;
      }
    }
  }
}

/** Columns that are contiguous along the depth: `line` bytes from one to the next. */
export function packColumnsAcross(b: usize, line: usize, columns: i32, depth: i32, target: usize): void {
  for (let j = 0; j < columns; j += 8) {
    for (let half = 0; half < 8; half += 4) {
      const first = min(j + half, columns - 1);
      interleave(b + <usize>first * line, line, columns - first, depth, target + <usize>(half << 2), 32);
    }
    target += <usize>depth << 5;
  }
}

/** Any strides (bytes): `across` from line to line, `along` the depth; panels of `width` lines. */
function packGathered(
  source: usize, across: usize, along: usize, lines: i32, depth: i32, width: i32, target: usize,
): void {
  for (let i = 0; i < lines; i += width) {
    for (let k = 0; k < depth; k++) {
      for (let r = 0; r < width; r++) {
        store<f32>(target, load<f32>(source + <usize>min(i + r, lines - 1) * across + <usize>k * along));
        target += 4;
      }
    }
  }
}

/** Panels of a left factor with any strides (bytes). */
export function packLeft(a: usize, row: usize, along: usize, rows: i32, depth: i32, target: usize): void {
  if (along == 4) packRows(a, row, rows, depth, target);
  else if (row == 4) packRowsAcross(a, along, rows, depth, target);
  else packGathered(a, row, along, rows, depth, 4, target);
}

/** Panels of a right factor with any strides (bytes). */
export function packRight(b: usize, along: usize, column: usize, columns: i32, depth: i32, target: usize): void {
  if (column == 4) packColumns(b, along, columns, depth, target);
  else if (along == 4) packColumnsAcross(b, column, columns, depth, target);
  else packGathered(b, column, along, columns, depth, 8, target);
}
