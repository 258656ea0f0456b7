import { DataError, type TypedArray } from "@nn/tensor";
import type { BatchOf, Dataset } from "./dataset.js";
import { type HostArray, hostArray, type ResolvedArray, resolveArray, sizeOf } from "./host-array.js";

/**
 * Samples that lie in host arrays, one a row (torch.utils.data.TensorDataset). The arrays are not copied; batches are
 * gathered into dense arrays of their dtype.
 *
 * @throws DataError when the arrays differ in length, or a shape does not fit its elements.
 *
 * @example
 * ```ts
 * import { TensorDataset } from "@nn/data";
 *
 * const dataset = new TensorDataset({
 *   x: { data: new Float32Array(12), shape: [3, 4] },
 *   y: new Int32Array([0, 1, 0]),
 * });
 * dataset.length; // => 3
 * dataset.get(1).x.shape; // => [4]
 * ```
 */
export class TensorDataset<K extends string> implements Dataset<Record<K, HostArray>> {
  readonly length: number;
  /** The arrays with their shapes and dtypes. */
  readonly arrays: Readonly<Record<K, ResolvedArray>>;

  constructor(arrays: Readonly<Record<K, HostArray | TypedArray | Uint8ClampedArray>>) {
    this.arrays = mapFields(arrays, (value, name) => resolveArray("TensorDataset", name, value));
    const lengths = Object.entries<ResolvedArray>(this.arrays).map(([name, { shape }]) => [name, shape[0]] as const);
    const length = lengths[0]?.[1];
    if (length === undefined || lengths.some(([, other]) => other !== length)) throw lengthError(lengths);
    this.length = length;
  }

  /** One row of each array, not copied. */
  get(index: number): Record<K, HostArray> {
    return mapFields(this.arrays, ({ data, shape, dtype }) => {
      const row = shape.slice(1);
      const size = sizeOf(row);
      return { data: data.subarray(index * size, (index + 1) * size), shape: row, dtype };
    });
  }

  /** The rows at the indices, copied together. */
  gather(indices: Int32Array): BatchOf<Record<K, HostArray>> {
    return mapFields(this.arrays, (array) => gatherRows(array, indices));
  }
}

function gatherRows({ data, shape, dtype }: ResolvedArray, indices: Int32Array): HostArray {
  const row = shape.slice(1);
  const size = sizeOf(row);
  const out = hostArray(dtype, [indices.length, ...row]);
  if (size === 1) for (let i = 0; i < indices.length; i++) out.data[i] = data[indices[i]!]!;
  else
    for (let i = 0; i < indices.length; i++)
      out.data.set(data.subarray(indices[i]! * size, (indices[i]! + 1) * size), i * size);
  return out;
}

function mapFields<K extends string, A, B>(record: Readonly<Record<K, A>>, fn: (value: A, name: K) => B): Record<K, B> {
  const out: Partial<Record<K, B>> = {};
  for (const name of Object.keys(record) as K[]) out[name] = fn(record[name], name);
  return out as Record<K, B>;
}

function lengthError(lengths: readonly (readonly [string, number | undefined])[]): DataError {
  return new DataError({
    where: "TensorDataset",
    problem: "the arrays need a first dimension of one length",
    rows: lengths.map(([name, length]) => [name, length === undefined ? "no dimension" : `${length} rows`] as const),
    fix: "give every array one row a sample; labels are one-dimensional",
  });
}
