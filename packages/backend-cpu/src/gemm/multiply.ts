import type { TypedArray } from "@nn/backend";
import { panelA, panelB } from "./scratch.js";

/**
 * `C = A · B`, or `C += A · B`, of the packed block of A (`m` rows) and the packed block of B (`n` columns), both `k`
 * deep. C has its rows `row` apart and its columns side by side.
 */
export type MultiplyPanels = (
  m: number, n: number, k: number, c: TypedArray, o: number, row: number, accumulate: boolean,
) => void;

/*
 * A tile of 2 × 2 keeps its four sums in registers over the whole depth. Larger tiles load less but the engine spills
 * their sums to the stack: measured, none up to 4 × 4 is faster.
 *
 * The panels are captured parameters because the engine treats those as constants and folds their addresses and
 * lengths into the loop, which it does neither for arguments nor for imported bindings. So `create` is called once.
 */
function create(left: Float64Array, right: Float64Array): MultiplyPanels {
  function tile(
    a: number, b: number, k: number, c: TypedArray, o: number, row: number,
    wide: boolean, tall: boolean, accumulate: boolean,
  ): void {
    let c00 = 0;
    let c01 = 0;
    let c10 = 0;
    let c11 = 0;
    // `| 0` spares the overflow check of every index.
    for (const end = (a + 2 * k) | 0; a < end; a = (a + 2) | 0, b = (b + 2) | 0) {
      const b0 = right[b];
      const b1 = right[(b + 1) | 0];
      const a0 = left[a];
      c00 += a0 * b0;
      c01 += a0 * b1;
      const a1 = left[(a + 1) | 0];
      c10 += a1 * b0;
      c11 += a1 * b1;
    }
    if (accumulate) {
      c[o] += c00;
      if (wide) c[o + 1] += c01;
      if (tall) c[o + row] += c10;
      if (tall && wide) c[o + row + 1] += c11;
    } else {
      c[o] = c00;
      if (wide) c[o + 1] = c01;
      if (tall) c[o + row] = c10;
      if (tall && wide) c[o + row + 1] = c11;
    }
  }

  return (m, n, k, c, o, row, accumulate) => {
    for (let j = 0; j < n; j += 2) {
      for (let i = 0; i < m; i += 2) {
        tile(i * k, j * k, k, c, o + i * row + j, row, j + 1 < n, i + 1 < m, accumulate);
      }
    }
  };
}

/** The product of what is in `panelA` and `panelB`. */
export const multiplyPanels = create(panelA, panelB);
