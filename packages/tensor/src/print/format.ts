import type { DType, Shape, TypedArray } from "@nn/backend";
import { describe } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";

/*
 * `tensor f32 [2, 3]` and the values, as NumPy and PyTorch print them: aligned columns, long dimensions cut to three
 * elements at either end.
 */
const mostElements = 1000;
const edge = 3;
const digits = 4;

/** The tensor as text; without values where the backend cannot read at once. */
export function formatDeferred(tensor: Tensor): string {
  if (tensor.disposed) return `tensor ${describe(tensor)} (disposed)`;
  if (tensor.backend.readSync !== undefined) return format(tensor.dataSync(), tensor.shape, tensor.dtype);
  return `tensor ${describe(tensor)} on ${tensor.backend.name} (await print() shows the values)`;
}

/** Short form for browser consoles. */
export function consoleForm(tensor: Tensor): string {
  return `Tensor ${describe(tensor)}`;
}

/** Values as text. */
export function format(data: TypedArray, shape: Shape, dtype: DType): string {
  const head = `tensor ${describe({ dtype, shape })}`;
  if (data.length === 0) return `${head} (empty)`;
  const cut = data.length > mostElements;
  const show = numberFormat(data, shape, dtype, cut);
  const body = level(data, shape, 0, 0, data.length, cut, show, 1);
  return shape.length === 0 ? `${head} ${body}` : `${head}\n${body}`;
}

function level(
  data: TypedArray,
  shape: Shape,
  axis: number,
  start: number,
  span: number,
  cut: boolean,
  show: (value: number) => string,
  indent: number,
): string {
  if (axis === shape.length) return show(data[start]!);
  const size = shape[axis]!;
  const step = size === 0 ? 0 : span / size;
  const last = axis === shape.length - 1;
  const parts = visible(size, cut).map((i) =>
    i === null ? "…" : level(data, shape, axis + 1, start + i * step, step, cut, show, indent + 1),
  );
  const blank = "\n".repeat(Math.min(2, shape.length - 1 - axis));
  return `[${parts.join(last ? " " : blank + " ".repeat(indent))}]`;
}

function visible(size: number, cut: boolean): (number | null)[] {
  const all = Array.from({ length: size }, (_, i) => i);
  if (!cut || size <= 2 * edge) return all;
  return [...all.slice(0, edge), null, ...all.slice(-edge)];
}

/** One width and one number of digits for the whole tensor. */
function numberFormat(data: TypedArray, shape: Shape, dtype: DType, cut: boolean): (value: number) => string {
  const sample: number[] = [];
  const gather = (axis: number, start: number, span: number): void => {
    if (axis === shape.length) {
      sample.push(data[start]!);
      return;
    }
    const step = span / shape[axis]!;
    for (const i of visible(shape[axis]!, cut)) if (i !== null) gather(axis + 1, start + i * step, step);
  };
  gather(0, 0, data.length);
  const write = writer(sample, dtype);
  const width = Math.max(...sample.map((value) => write(value).length));
  return (value) => write(value).padStart(width);
}

function writer(sample: readonly number[], dtype: DType): (value: number) => string {
  if (dtype === "bool") return (value) => (value !== 0 ? "true" : "false");
  const finite = sample.filter(Number.isFinite);
  if (finite.every(Number.isInteger)) return special((value) => String(value));
  const sizes = finite.filter((value) => value !== 0).map(Math.abs);
  const largest = Math.max(...sizes);
  const smallest = Math.min(...sizes);
  const scientific = largest >= 1e6 || largest < 1e-3 || largest / smallest > 1e6;
  return special((value) => (scientific ? value.toExponential(digits) : value.toFixed(digits)));
}

function special(write: (value: number) => string): (value: number) => string {
  return (value) => (Number.isNaN(value) ? "nan" : Number.isFinite(value) ? write(value) : value > 0 ? "inf" : "-inf");
}
