/*
 * Panels of the matrix product: allocated once, f64 whatever the operands are. Products are exact for f32 operands
 * and need no conversion inside the loops. That they are constants lets the engine fold their addresses and lengths.
 */

/** Depth of a block: one panel of A and one of B together fit the first-level cache. */
export const depth = 256;
/** Rows of a block of A. */
export const rows = 128;
/** Columns of a block of B. */
export const columns = 256;

/** A block of A: panels of two rows, each stored depth by depth. */
export const panelA = new Float64Array(rows * depth);
/** A block of B: panels of two columns, each stored depth by depth. */
export const panelB = new Float64Array(columns * depth);

/** Working memory that grows to the largest size asked for and is then kept. Its content is undefined. */
export class Scratch {
  private data = new Float64Array(0);

  take(length: number): Float64Array {
    if (length > this.data.length) this.data = new Float64Array(length);
    return this.data;
  }
}
