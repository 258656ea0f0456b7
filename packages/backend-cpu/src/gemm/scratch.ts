/*
 * Panels of the matrix product: allocated once, f64 whatever the operands are. Products of f32 are exact then, and
 * need no conversion inside the loops.
 *
 * A block of A is cut into panels of two rows, a block of B into panels of three columns. Each line of a panel has a
 * plane of its own, where panel i holds elements `i · k` to `(i + 1) · k`. So one index, checked once, serves all lines
 * of a panel.
 */

/** Depth of a block: one panel of A and one of B together fit the first-level cache. */
export const depth = 256;
/** Rows of a block of A; a multiple of 2. */
export const rows = 126;
/** Columns of a block of B; a multiple of 3. */
export const columns = 258;

/** The planes of the block of A and of the block of B. */
export interface Panels {
  readonly a0: Float64Array;
  readonly a1: Float64Array;
  readonly b0: Float64Array;
  readonly b1: Float64Array;
  readonly b2: Float64Array;
}

/** The one set of planes: products are synchronous and do not nest. */
export const panels: Panels = {
  a0: new Float64Array((rows / 2) * depth),
  a1: new Float64Array((rows / 2) * depth),
  b0: new Float64Array((columns / 3) * depth),
  b1: new Float64Array((columns / 3) * depth),
  b2: new Float64Array((columns / 3) * depth),
};

/** Working memory that grows to the largest size asked for and is then kept. Its content is undefined. */
export class Scratch {
  private data = new Float64Array(0);

  take(length: number): Float64Array {
    if (length > this.data.length) this.data = new Float64Array(length);
    return this.data;
  }
}
