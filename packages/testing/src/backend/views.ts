import type { Backend, DType } from "@nn/backend";
import { denseStrides, sizeOf } from "@nn/backend";
import { flip, permute, slice, type Tensor, tensor } from "@nn/tensor";
import type { Values } from "./values.js";

/** How an input lies in its buffer: row-major, or as a view of another tensor. */
export type Lay = "dense" | "transposed" | "sliced" | "stepped" | "flipped" | "broadcast";

/** The views that a strided input is given as. */
export const strided: readonly Lay[] = ["transposed", "sliced", "stepped", "flipped", "broadcast"];

/** Whether the view differs from a dense tensor of this shape. */
export function canLay({ shape }: Values, lay: Lay): boolean {
  switch (lay) {
    case "dense":
      return true;
    case "transposed":
      return shape.filter((d) => d > 1).length > 1;
    case "sliced":
      return shape.length > 0;
    case "stepped":
      return shape.length > 0 && shape[shape.length - 1] > 1;
    case "flipped":
    case "broadcast":
      return shape.some((d) => d > 1);
  }
}

/** A tensor of the values, as the view asked for where the shape allows it. */
export function lay(values: Values, dtype: DType, backend: Backend, kind: Lay): Tensor {
  const make = (data: Float64Array, shape: readonly number[]) => tensor(data, { shape, dtype, backend });
  const { shape, data } = values;
  if (kind === "dense" || !canLay(values, kind)) return make(data, shape);
  // Between the elements: a value that shows in any result.
  const junk = dtype === "bool" ? 1 : dtype === "i32" ? -9 : backend.capabilities.ieeeNaN ? Number.NaN : 9999;
  switch (kind) {
    case "transposed":
      return permute(make(reverseAxes(values), [...shape].reverse()), reversed(shape.length));
    case "flipped":
      return flip(make(data.slice().reverse(), shape));
    case "stepped": {
      const spread = new Float64Array(data.length * 2).fill(junk);
      data.forEach((x, i) => (spread[2 * i] = x));
      const last = shape.length - 1;
      return slice(make(spread, [...shape.slice(0, last), shape[last] * 2]), last, 0, undefined, 2);
    }
    case "sliced": {
      const around = shape.map((d) => d + 3);
      const strides = denseStrides(around);
      const spread = new Float64Array(sizeOf(around)).fill(junk);
      eachIndex(shape, (at, i) => (spread[at.reduce((sum, c, axis) => sum + (c + 1) * strides[axis], 0)] = data[i]));
      return shape.reduce((x: Tensor, d, axis) => slice(x, axis, 1, 1 + d), make(spread, around));
    }
    case "broadcast": {
      const axis = shape.findIndex((d) => d > 1);
      const one = shape.map((d, i) => (i === axis ? 1 : d));
      return make(firstAlong(values, axis), one).expand(shape);
    }
  }
}

/** What the broadcast view holds: the first element of one axis, repeated. */
export function repeated(values: Values): Values {
  const axis = values.shape.findIndex((d) => d > 1);
  if (axis === -1) return values;
  const first = firstAlong(values, axis);
  const strides = denseStrides(values.shape.map((d, i) => (i === axis ? 1 : d)));
  const data = new Float64Array(values.data.length);
  eachIndex(values.shape, (at, i) => {
    data[i] = first[at.reduce((sum, c, j) => (j === axis ? sum : sum + c * strides[j]), 0)];
  });
  return { ...values, data };
}

/** The numbers with all axes in reverse order. */
export function reverseAxes({ shape, data }: Values): Float64Array {
  const out = new Float64Array(data.length);
  const strides = denseStrides([...shape].reverse()).reverse();
  eachIndex(shape, (at, i) => (out[at.reduce((sum, c, axis) => sum + c * strides[axis], 0)] = data[i]));
  return out;
}

/** `[n - 1, …, 0]`. */
export function reversed(rank: number): number[] {
  return Array.from({ length: rank }, (_, i) => rank - 1 - i);
}

function firstAlong({ shape, data }: Values, axis: number): Float64Array {
  const found: number[] = [];
  eachIndex(shape, (at, i) => {
    if (at[axis] === 0) found.push(data[i]);
  });
  return Float64Array.from(found);
}

function eachIndex(shape: readonly number[], visit: (at: readonly number[], i: number) => void): void {
  const at = shape.map(() => 0);
  const size = sizeOf(shape);
  for (let i = 0; i < size; i++) {
    visit(at, i);
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
  }
}
