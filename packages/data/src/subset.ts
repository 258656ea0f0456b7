import { DataError } from "@nn/tensor";
import type { BatchOf, Dataset } from "./dataset.js";

/**
 * Some samples of a dataset, in the order given (torch.utils.data.Subset).
 *
 * @throws DataError when an index is out of range.
 *
 * @example
 * ```ts
 * import { subset, TensorDataset } from "@nn/data";
 *
 * const all = new TensorDataset({ x: new Float32Array([10, 20, 30]) });
 * subset(all, [2, 0]).length; // => 2
 * ```
 */
export function subset<T>(dataset: Dataset<T>, indices: ArrayLike<number>): Dataset<T> {
  const chosen = Int32Array.from(indices);
  const bad = chosen.findIndex((index, i) => index < 0 || index >= dataset.length || index !== indices[i]);
  if (bad !== -1) {
    throw new DataError({
      where: "subset",
      problem: "an index is out of range",
      rows: [["expected", `integers from 0 to ${dataset.length - 1}`, `got ${indices[bad]}`]],
      fix: "pass indices of samples of this dataset",
    });
  }
  const part: Dataset<T> = { length: chosen.length, get: (index, context) => dataset.get(chosen[index]!, context) };
  if (dataset.gather === undefined) return part;
  return { ...part, gather: (indices): BatchOf<T> => dataset.gather!(indices.map((index) => chosen[index]!)) };
}
