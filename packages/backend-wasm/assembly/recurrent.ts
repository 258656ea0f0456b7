// What the recurrent kernels share. A layer runs over `t` steps of `n` sequences that lie batch first, so a step's rows
// are t · width apart. The weight is packed once per call into panels of 8 columns, by blocks of 256 of depth, and every
// step multiplies the states of up to 64 sequences with it, whose products stay in the cache until the gates have read
// them. Sequences never meet: threads split the batch, and each walks through all steps of its rows by itself.
import { packLeft, packRight } from "./pack";
import { argument } from "./parallel";
import { multiplyAdd, splat, storeLanes } from "./simd";
import { multiplyBlock } from "./tile";

const depthBlock: i32 = 256;
/** Sequences that walk together. */
export const rowsTogether: i32 = 64;

// @ts-ignore: decorator
@inline function roundUp(x: i32, to: i32): i32 {
  return (x + to - 1) / to * to;
}

/** Floats of a packed weight. */
// @ts-ignore: decorator
@inline export function packedFloats(depth: i32, columns: i32): i32 {
  return depth * roundUp(columns, 8);
}
/** Floats that one thread needs: packed states, and the products of a step. */
// @ts-ignore: decorator
@inline export function threadFloats(depth: i32, columns: i32): i32 {
  return rowsTogether * (min(depth, depthBlock) + columns) + 32;
}

/** Packs panels [from, to) of 8 columns of a weight; strides are bytes. */
export function packWeight(
  weight: usize, along: usize, column: usize, columns: i32, depth: i32, target: usize, from: i32, to: i32,
): void {
  const first = from << 3;
  const last = min(columns, to << 3);
  for (let k0 = 0; k0 < depth; k0 += depthBlock) {
    const kc = min(depthBlock, depth - k0);
    const at = target + (<usize>(k0 * roundUp(columns, 8) + first * kc) << 2);
    packRight(weight + <usize>k0 * along + <usize>first * column, along, column, last - first, kc, at);
  }
}

/**
 * c (rows × columns) = or += a · packed weight. Rows of a are `aRow` bytes apart, those of c `pitch`. Whichever way is
 * taken, an element is summed in the order of the depth, so a row's result does not depend on its neighbours.
 */
export function multiplyStates(
  add: bool, rows: i32, columns: i32, depth: i32, a: usize, aRow: usize, packed: usize, c: usize, pitch: usize,
  space: usize, thread: i32,
): void {
  for (let k0 = 0; k0 < depth; k0 += depthBlock) {
    const kc = min(depthBlock, depth - k0);
    const b = packed + (<usize>(k0 * roundUp(columns, 8)) << 2);
    const from = a + (<usize>k0 << 2);
    const more = add || k0 > 0;
    if (rows < 4) {
      for (let i = 0; i < rows; i++) rowTimesPanels(more, columns, kc, from + <usize>i * aRow, b, c + <usize>i * pitch);
    } else {
      packLeft(from, aRow, 4, rows, kc, space);
      multiplyBlock(more, rows, columns, kc, space, b, c, pitch, thread);
    }
  }
}

/** One row, three panels at a time: 6 sums, 6 loads, the broadcast and a product fit into 15 registers. */
function rowTimesPanels(add: bool, columns: i32, depth: i32, a: usize, b: usize, c: usize): void {
  const panel = <usize>depth << 5;
  let j = 0;
  for (; j + 24 <= columns; j += 24) {
    let p0 = b + <usize>(j >> 3) * panel, p1 = p0 + panel, p2 = p1 + panel, q = a;
    let v0 = splat(0), v1 = splat(0), v2 = splat(0), v3 = splat(0), v4 = splat(0), v5 = splat(0);
    for (let k = 0; k < depth; k++) {
      const s = v128.load32_splat(q);
      v0 = multiplyAdd(s, v128.load(p0), v0); v1 = multiplyAdd(s, v128.load(p0, 16), v1);
      v2 = multiplyAdd(s, v128.load(p1), v2); v3 = multiplyAdd(s, v128.load(p1, 16), v3);
      v4 = multiplyAdd(s, v128.load(p2), v4); v5 = multiplyAdd(s, v128.load(p2, 16), v5);
      q += 4; p0 += 32; p1 += 32; p2 += 32;
    }
    const d = c + (<usize>j << 2);
    if (add) {
      v0 = f32x4.add(v0, v128.load(d)); v1 = f32x4.add(v1, v128.load(d, 16)); v2 = f32x4.add(v2, v128.load(d, 32));
      v3 = f32x4.add(v3, v128.load(d, 48)); v4 = f32x4.add(v4, v128.load(d, 64)); v5 = f32x4.add(v5, v128.load(d, 80));
    }
    v128.store(d, v0); v128.store(d, v1, 16); v128.store(d, v2, 32);
    v128.store(d, v3, 48); v128.store(d, v4, 64); v128.store(d, v5, 80);
  }
  for (; j < columns; j += 8) {
    let p = b + <usize>(j >> 3) * panel, q = a, v = splat(0), w = splat(0);
    for (let k = 0; k < depth; k++) {
      const s = v128.load32_splat(q);
      v = multiplyAdd(s, v128.load(p), v); w = multiplyAdd(s, v128.load(p, 16), w);
      q += 4; p += 32;
    }
    const d = c + (<usize>j << 2), left = columns - j;
    if (add) {
      v = f32x4.add(v, v128.load(d)); w = f32x4.add(w, v128.load(d, 16));
    }
    storeLanes(d, v, left);
    if (left > 4) storeLanes(d + 16, w, left - 4);
  }
}

// Arguments that all jobs of these kernels have: sizes, direction, lengths, workspace.

export const sizesAt: i32 = 48;
/** Sequences, steps, units. */
// @ts-ignore: decorator
@inline export function stepCount(): i32 { return argument(sizesAt + 1); }
// @ts-ignore: decorator
@inline export function units(): i32 { return argument(sizesAt + 2); }
// @ts-ignore: decorator
@inline export function isReversed(): bool { return argument(sizesAt + 3) != 0; }
/** Whether step k lies within sequence `row`. */
// @ts-ignore: decorator
@inline export function isInside(row: i32, k: i32): bool {
  const lengths = <usize>argument(sizesAt + 4);
  return lengths == 0 || load<i32>(lengths + (<usize>row << 2)) > k;
}
/** The packed weight, and the space of a thread behind it. */
// @ts-ignore: decorator
@inline export function packedWeight(): usize { return <usize>argument(sizesAt + 5); }
// @ts-ignore: decorator
@inline export function spaceOf(thread: i32): usize {
  return <usize>argument(sizesAt + 6) + <usize>thread * (<usize>argument(sizesAt + 7) << 2);
}
