import type { Heap } from "./heap.js";

const most = 8;

/**
 * Prepares a walk over up to three strided operands of one shape: neighbouring dimensions that all of them cross in one
 * stride are merged, so dense operands and broadcast scalars make a single row. The module walks by what `publish`
 * writes into its descriptor. One walk serves all kernels: they are synchronous and do not nest.
 */
export class Walk {
  /** Dimensions left, innermost first. */
  dimensions = 0;
  readonly sizes = new Int32Array(most);
  /** Strides in elements. */
  readonly a = new Float64Array(most);
  readonly b = new Float64Array(most);
  readonly c = new Float64Array(most);

  constructor(
    private readonly heap: Heap,
    /** Where the module's descriptor is. */
    private readonly descriptor: number,
  ) {}

  /** Starts over without dimensions. */
  begin(): void {
    this.dimensions = 0;
    this.sizes[0] = 1;
  }

  /** Adds a dimension around those given so far, or widens the last one. */
  add(size: number, a: number, b: number, c: number): void {
    if (size === 1) return;
    const last = this.dimensions - 1;
    if (last >= 0) {
      const run = this.sizes[last];
      if (a === this.a[last] * run && b === this.b[last] * run && c === this.c[last] * run) {
        this.sizes[last] = run * size;
        return;
      }
    }
    const next = this.dimensions++;
    this.sizes[next] = size;
    this.a[next] = a;
    this.b[next] = b;
    this.c[next] = c;
  }

  /** Elements of a row. */
  get length(): number {
    return this.sizes[0];
  }

  /** Strides along a row; those of a single element are taken as dense. */
  get rowA(): number {
    return this.dimensions === 0 ? 1 : this.a[0];
  }
  get rowB(): number {
    return this.dimensions === 0 ? 1 : this.b[0];
  }
  get rowC(): number {
    return this.dimensions === 0 ? 1 : this.c[0];
  }

  /** Exchanges two dimensions. */
  swap(i: number, j: number): void {
    for (const list of [this.sizes, this.a, this.b, this.c]) {
      const kept = list[i];
      list[i] = list[j];
      list[j] = kept;
    }
  }

  /** Hands the walk to the module, with the bytes of an element of each operand. */
  publish(aWidth: number, bWidth: number, cWidth: number): void {
    const { i32 } = this.heap;
    const at = this.descriptor >>> 2;
    // Without dimensions there is one row of one element.
    const count = this.dimensions || 1;
    for (let d = 0; d < count; d++) {
      const some = d < this.dimensions;
      i32[at + d] = this.sizes[d];
      i32[at + most + d] = some ? this.a[d] * aWidth : aWidth;
      i32[at + 2 * most + d] = some ? this.b[d] * bWidth : bWidth;
      i32[at + 3 * most + d] = some ? this.c[d] * cWidth : cWidth;
    }
  }
}
