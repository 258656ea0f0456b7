import type { Layout, Shape } from "@nn/backend";

/**
 * Walks up to three layouts of one shape together, row by row. Neighbouring dimensions that all three cross with one
 * stride are merged first, so dense operands and broadcast scalars make a single row. A kernel takes the row
 * (`length` elements from `p0`, `p1`, `p2` in steps of `s0`, `s1`, `s2`) in a tight loop, then asks for `next`.
 */
export class Walk {
  /** Elements of a row. */
  length = 1;
  s0 = 0;
  s1 = 0;
  s2 = 0;
  p0 = 0;
  p1 = 0;
  p2 = 0;
  /** Rows of a plane, and the steps from one to the next, once `takePlane` was called. */
  count = 1;
  t0 = 0;
  t1 = 0;
  private first = 1;
  private groups = 0;
  private readonly sizes = new Int32Array(8);
  private readonly counts = new Int32Array(8);
  private readonly steps0 = new Int32Array(8);
  private readonly steps1 = new Int32Array(8);
  private readonly steps2 = new Int32Array(8);

  /** Starts at the first row. An operand may be given twice where there are fewer than three. */
  start(shape: Shape, a: Layout, b: Layout, c: Layout): void {
    this.begin();
    for (let i = shape.length - 1; i >= 0; i--) this.dimension(shape[i], a.strides[i], b.strides[i], c.strides[i]);
    this.end(a.offset, b.offset, c.offset);
  }

  /** Starts a walk that is not over whole layouts: `dimension` for each, innermost first, then `end`. */
  begin(): void {
    this.groups = 0;
    this.first = 1;
  }

  /** Adds a dimension around those given so far, or widens the last one. */
  dimension(size: number, x: number, y: number, z: number): void {
    if (size === 1) return;
    const last = this.groups - 1;
    if (last >= 0) {
      const run = this.sizes[last];
      if (x === this.steps0[last] * run && y === this.steps1[last] * run && z === this.steps2[last] * run) {
        this.sizes[last] = run * size;
        return;
      }
    }
    const group = this.groups++;
    this.sizes[group] = size;
    this.counts[group] = 0;
    this.steps0[group] = x;
    this.steps1[group] = y;
    this.steps2[group] = z;
  }

  /** Stands at the first row, with these starting points. */
  end(p0: number, p1: number, p2: number): void {
    const some = this.groups > 0;
    this.length = some ? this.sizes[0] : 1;
    this.s0 = some ? this.steps0[0] : 1;
    this.s1 = some ? this.steps1[0] : 1;
    this.s2 = some ? this.steps2[0] : 1;
    this.p0 = p0;
    this.p1 = p1;
    this.p2 = p2;
  }

  /** Makes `next` go by planes, two dimensions, rather than rows: for kernels whose rows may be very short. */
  takePlane(): void {
    const some = this.groups > 1;
    this.count = some ? this.sizes[1] : 1;
    this.t0 = some ? this.steps0[1] : 0;
    this.t1 = some ? this.steps1[1] : 0;
    this.first = 2;
  }

  /** Moves to the next row; false after the last one, and then the walk stands at its start again. */
  next(): boolean {
    for (let g = this.first; g < this.groups; g++) {
      this.p0 += this.steps0[g];
      this.p1 += this.steps1[g];
      this.p2 += this.steps2[g];
      const size = this.sizes[g];
      if (++this.counts[g] < size) return true;
      this.counts[g] = 0;
      this.p0 -= this.steps0[g] * size;
      this.p1 -= this.steps1[g] * size;
      this.p2 -= this.steps2[g] * size;
    }
    return false;
  }
}

/** One walk for all kernels, so that a run makes no objects: they are synchronous and do not nest. */
export const walk = new Walk();
