import { DataError, type DType, type Shape } from "@nn/tensor";
import type { BatchOf } from "./dataset.js";
import { type HostArray, hostArray, type ResolvedArray, resolveArray, sizeOf } from "./host-array.js";

/**
 * Stacks samples field by field: host arrays and typed arrays of one shape, numbers (f32), booleans (bool). The default
 * of a loader (torch's default_collate).
 *
 * @throws DataError when the samples' fields, shapes or dtypes differ.
 *
 * @example
 * ```ts
 * import { collate } from "@nn/data";
 *
 * collate([{ x: 1 }, { x: 2 }]).x.shape; // => [2]
 * ```
 */
export function collate<T>(samples: readonly T[]): BatchOf<T> {
  const first: unknown = samples[0];
  if (typeof first !== "object" || first === null || ArrayBuffer.isView(first) || Array.isArray(first)) {
    throw new DataError({
      where: "collate",
      problem: "a sample is no record of fields",
      rows: [["expected", "{ x, y, … } with numbers, booleans, typed arrays or { data, shape }"]],
      fix: "return an object from dataset.get, or pass a collate of your own to the loader",
    });
  }
  const batch: Record<string, HostArray> = {};
  for (const name of Object.keys(first)) {
    batch[name] = stackRows(
      name,
      samples.map((sample) => (sample as Record<string, unknown>)[name]),
    );
  }
  return batch as BatchOf<T>;
}

function stackRows(name: string, values: readonly unknown[]): HostArray {
  const rows = values.map((value) => rowOf(name, value));
  const { shape, dtype } = rows[0]!;
  const out = hostArray(dtype, [rows.length, ...shape]);
  const size = sizeOf(shape);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row.dtype !== dtype || String(row.shape) !== String(shape)) throw misfit(name, rows[0]!, row, i);
    out.data.set(row.data, i * size);
  }
  return out;
}

function rowOf(name: string, value: unknown): ResolvedArray {
  if (typeof value === "number") return { data: Float32Array.of(value), shape: [], dtype: "f32" };
  if (typeof value === "boolean") return { data: Uint8Array.of(value ? 1 : 0), shape: [], dtype: "bool" };
  return resolveArray("collate", name, value as HostArray);
}

function misfit(name: string, first: { dtype: DType; shape: Shape }, row: { dtype: DType; shape: Shape }, i: number) {
  const show = ({ dtype, shape }: { dtype: DType; shape: Shape }) => `${dtype} [${shape.join(", ")}]`;
  return new DataError({
    where: "collate",
    problem: `"${name}" differs between the samples of a batch`,
    rows: [
      ["sample 0", show(first)],
      [`sample ${i}`, show(row)],
    ],
    fix: "bring the samples to one shape, or pass a collate that pads them",
  });
}
