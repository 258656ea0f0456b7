import type { DType } from "./dtype.js";

/** Dimensions of a tensor, outermost first; rank 0 (a scalar) to 8. */
export type Shape = readonly number[];

/** The highest rank a kernel has to take. */
export const maxRank = 8;

/** How elements lie in a buffer. Strides and offset count elements; strides may be zero or negative. */
export interface Layout {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/**
 * Number of elements of a shape; 1 for a scalar.
 *
 * @example
 * ```ts
 * import { sizeOf } from "@nn/backend";
 *
 * sizeOf([2, 3]); // => 6
 * ```
 */
export function sizeOf(shape: Shape): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i]!;
  return n;
}

/**
 * Strides of a dense, row-major tensor.
 *
 * @example
 * ```ts
 * import { denseStrides } from "@nn/backend";
 *
 * denseStrides([2, 3, 4]); // => [12, 4, 1]
 * ```
 */
export function denseStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i]!;
  }
  return strides;
}

/**
 * True when the elements lie row-major without gaps (dimensions of size 1 may have any stride; the offset is free).
 *
 * @example
 * ```ts
 * import { isDense } from "@nn/backend";
 *
 * isDense({ shape: [2, 3], strides: [1, 2] }); // => false
 * ```
 */
export function isDense(layout: Pick<Layout, "shape" | "strides">): boolean {
  let step = 1;
  for (let i = layout.shape.length - 1; i >= 0; i--) {
    const d = layout.shape[i]!;
    if (d !== 1 && layout.strides[i] !== step) return false;
    step *= d;
  }
  return true;
}

/**
 * True when both shapes have the same dimensions.
 *
 * @example
 * ```ts
 * import { sameShape } from "@nn/backend";
 *
 * sameShape([2, 3], [2, 3]); // => true
 * ```
 */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * The common shape of two operands by NumPy's rules, or `null` when they do not broadcast.
 *
 * @example
 * ```ts
 * import { broadcastShapes } from "@nn/backend";
 *
 * broadcastShapes([2, 1], [3]); // => [2, 3]
 * broadcastShapes([2], [3]); // => null
 * ```
 */
export function broadcastShapes(a: Shape, b: Shape): Shape | null {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = 0; i < rank; i++) {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return null;
    out[i] = x === 1 ? y : x;
  }
  return out;
}
