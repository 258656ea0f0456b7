import type { Operand } from "@nn/backend";
import { merged } from "../../kernels/geometry.js";
import { type Device, params } from "./launch.js";
import { multiply, type Product, type ProductCall } from "./product.js";

/** Leading dimensions that one dispatch walks through. */
const walked = 3;

/** Operands by strides, which may be zero and negative: any transposes and views. Results are dense. */
export const stridedParams = params(
  "i32",
  ...["size1", "size2", "leftStart", "rightStart", "resultStart"],
  ...["left0", "left1", "left2", "leftRow", "leftStep", "right0", "right1", "right2", "rightStep", "rightColumn"],
);

export const stridedOperands = `
fn entryOf(z : u32) -> vec3<i32> {
  let i = i32(z);
  return vec3<i32>(i / params.size2 / params.size1, i / params.size2 % params.size1, i % params.size2);
}
fn rowOf(z : u32, m : u32) -> vec4<i32> {
  let e = entryOf(z);
  return vec4<i32>(params.leftStart + e.x * params.left0 + e.y * params.left1 + e.z * params.left2 + i32(m) * params.leftRow);
}
fn leftAt(k : u32) -> vec4<i32> { return vec4<i32>(i32(k) * params.leftStep); }
fn left(row : vec4<i32>, at : vec4<i32>) -> f32 { return a[row.x + at.x]; }
fn columnOf(z : u32, n : u32) -> vec4<i32> {
  let e = entryOf(z);
  return vec4<i32>(params.rightStart + e.x * params.right0 + e.y * params.right1 + e.z * params.right2 + i32(n) * params.rightColumn);
}
fn rightAt(k : u32) -> vec4<i32> { return vec4<i32>(i32(k) * params.rightStep); }
fn right(column : vec4<i32>, at : vec4<i32>) -> f32 { return b[column.x + at.x]; }
`;

/** Where the result's element of row m and column n of entry z is. */
export const stridedPlace = "params.resultStart + i32((z * params.rows + m) * params.columns + n)";

/** What a strided product needs beside its matrices. */
export interface Epilogue {
  readonly product: Product;
  readonly extras: ProductCall["extras"];
  readonly params: readonly number[];
}

/** `[..., m, k] × [..., k, n]`, leading dimensions equal. */
export function multiplyStrided(
  device: Device,
  [a, b]: readonly [Operand, Operand],
  output: Operand,
  { product, extras, params: values }: Epilogue,
): void {
  const last = a.shape.length - 1;
  const row = last - 1;
  const lead = output.shape.slice(0, row);
  const { shape, strides } = merged(lead, [a.strides.slice(0, row), b.strides.slice(0, row)]);
  const [rows, columns] = output.shape.slice(row);
  const inner = shape.slice(-walked);
  const count = inner.reduce((product, d) => product * d, 1);
  const pad = (list: readonly number[], value: number) => [
    ...new Array<number>(walked - Math.min(walked, list.length)).fill(value),
    ...list.slice(-walked),
  ];
  const outer = shape.slice(0, -walked);
  const starts = (list: readonly number[], start: number) =>
    outer.reduce(
      (all, d, axis) => all.flatMap((at) => Array.from({ length: d }, (_, i) => at + i * list[axis])),
      [start],
    );
  const [, size1, size2] = pad(shape, 1);
  const leftStarts = starts(strides[0], a.offset);
  const rightStarts = starts(strides[1], b.offset);
  leftStarts.forEach((leftStart, i) => {
    const place = [size1, size2, leftStart, rightStarts[i], output.offset + i * count * rows * columns];
    const left = [...pad(strides[0], 0), a.strides[row], a.strides[last]];
    const right = [...pad(strides[1], 0), b.strides[row], b.strides[last]];
    multiply(device, product, {
      count,
      rows,
      columns,
      steps: a.shape[last],
      leftBySteps: Math.abs(a.strides[last]) === 1,
      rightBySteps: Math.abs(b.strides[last]) !== 1 && Math.abs(b.strides[row]) === 1,
      params: [...place, ...left, ...right, ...values],
      sources: [a.buffer, b.buffer],
      extras,
      result: output.buffer,
    });
  });
}
