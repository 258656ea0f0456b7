import type { TypedArray } from "@nn/backend";
import type { Panels } from "./scratch.js";
import { panels } from "./scratch.js";

/**
 * `C = A · B`, or `C += A · B`, of the packed block of A (`m` rows) and the packed block of B (`n` columns), both `k`
 * deep. C has its rows `row` apart and its columns side by side.
 */
type Multiply = (m: number, n: number, k: number, c: TypedArray, o: number, row: number, accumulate: boolean) => void;

/*
 * A tile of 2 × 3 keeps its six sums in registers over the whole depth. Larger tiles load less, but the engine computes
 * all products of a turn before it adds them, so that sums and products together outgrow the 15 registers and the
 * sums are spilled: measured, 2 × 3 makes 8.2 GF/s, 2 × 2 makes 7.0, 3 × 3, 4 × 2 and 4 × 4 make 5 to 6.
 *
 * The planes are captured parameters because the engine treats those as constants and folds their addresses and
 * lengths into the loop, which it does neither for arguments nor for imported bindings. So this is called once.
 */
function createMultiply({ a0, a1, b0, b1, b2 }: Panels): Multiply {
  function tile(
    a: number,
    b: number,
    k: number,
    c: TypedArray,
    o: number,
    row: number,
    wide: number,
    tall: boolean,
    accumulate: boolean,
  ): void {
    let c00 = 0;
    let c01 = 0;
    let c02 = 0;
    let c10 = 0;
    let c11 = 0;
    let c12 = 0;
    // `| 0` spares the overflow check of every index.
    for (const end = (a + k) | 0; a < end; a = (a + 1) | 0, b = (b + 1) | 0) {
      const y0 = b0[b];
      const y1 = b1[b];
      const y2 = b2[b];
      const x0 = a0[a];
      c00 += x0 * y0;
      c01 += x0 * y1;
      c02 += x0 * y2;
      const x1 = a1[a];
      c10 += x1 * y0;
      c11 += x1 * y1;
      c12 += x1 * y2;
    }
    if (accumulate) {
      c00 += c[o];
      if (wide > 1) c01 += c[o + 1];
      if (wide > 2) c02 += c[o + 2];
      if (tall) {
        c10 += c[o + row];
        if (wide > 1) c11 += c[o + row + 1];
        if (wide > 2) c12 += c[o + row + 2];
      }
    }
    c[o] = c00;
    if (wide > 1) c[o + 1] = c01;
    if (wide > 2) c[o + 2] = c02;
    if (!tall) return;
    c[o + row] = c10;
    if (wide > 1) c[o + row + 1] = c11;
    if (wide > 2) c[o + row + 2] = c12;
  }

  return (m, n, k, c, o, row, accumulate) => {
    for (let j = 0, b = 0; j < n; j += 3, b += k) {
      for (let i = 0, a = 0; i < m; i += 2, a += k) {
        tile(a, b, k, c, o + i * row + j, row, n - j, i + 1 < m, accumulate);
      }
    }
  };
}

/** The product of what was packed last. */
export const multiplyPanels = createMultiply(panels);
