import type { TypedArray } from "@nn/backend";
import type { Panels } from "./scratch.js";
import { panels } from "./scratch.js";

/** Packs `n` lines of `k` elements. Line i begins at `p + i · line`, its elements are `step` apart. */
type Pack = (x: TypedArray, p: number, line: number, step: number, n: number, k: number) => void;

/**
 * Packs `n` lines of `k` elements, where line i begins at `p + lines[line + i]` and its element j is
 * `elements[element + j]` further. Windows of an image are packed with this, as rows or as columns.
 */
type Gather = (
  x: Float64Array,
  p: number,
  lines: Int32Array,
  line: number,
  n: number,
  elements: Int32Array,
  element: number,
  k: number,
) => void;

/*
 * Missing lines of the last panel repeat its first: their products are computed and not stored.
 * Planes are captured parameters, see `createMultiply`.
 */
function createPackRows({ a0, a1 }: Panels): Pack {
  return (x, p, line, step, n, k) => {
    for (let i = 0, o = 0; i < n; i += 2) {
      let a = p + i * line;
      let b = i + 1 < n ? a + line : a;
      for (let j = 0; j < k; j++, a += step, b += step, o = (o + 1) | 0) {
        a0[o] = x[a];
        a1[o] = x[b];
      }
    }
  };
}

function createPackColumns({ b0, b1, b2 }: Panels): Pack {
  return (x, p, line, step, n, k) => {
    for (let i = 0, o = 0; i < n; i += 3) {
      let a = p + i * line;
      let b = i + 1 < n ? a + line : a;
      let c = i + 2 < n ? a + 2 * line : a;
      for (let j = 0; j < k; j++, a += step, b += step, c += step, o = (o + 1) | 0) {
        b0[o] = x[a];
        b1[o] = x[b];
        b2[o] = x[c];
      }
    }
  };
}

function createGatherColumns({ b0, b1, b2 }: Panels): Gather {
  return (x, p, lines, line, n, elements, element, k) => {
    for (let i = 0, o = 0; i < n; i += 3) {
      const a = p + lines[line + i];
      const b = i + 1 < n ? p + lines[line + i + 1] : a;
      const c = i + 2 < n ? p + lines[line + i + 2] : a;
      for (let j = 0; j < k; j++, o = (o + 1) | 0) {
        const e = elements[(element + j) | 0];
        b0[o] = x[(a + e) | 0];
        b1[o] = x[(b + e) | 0];
        b2[o] = x[(c + e) | 0];
      }
    }
  };
}

/** Packs a block of A: its lines are rows. */
export const packRows = createPackRows(panels);
/** Packs a block of B: its lines are columns. */
export const packColumns = createPackColumns(panels);
/** Packs a block of B whose places are in tables. */
export const gatherColumns = createGatherColumns(panels);
