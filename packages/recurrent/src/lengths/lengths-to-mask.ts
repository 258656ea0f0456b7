import { arange, DataError, type Tensor } from "@nn/tensor";
import { checkLengths } from "./check-lengths.js";

/**
 * Where steps lie within their sequence: bool `(n, t)`, true before each length.
 *
 * @param lengths `(n)` i32, each from 0 to t
 * @param t steps of the longest sequence, padding included
 * @throws ShapeError or DTypeError when lengths are not `(n)` i32, DataError when t is no count.
 *
 * @example
 * ```ts
 * import { lengthsToMask } from "@nn/recurrent";
 * import { tensor } from "@nn/tensor";
 *
 * await lengthsToMask(tensor([1, 2], { dtype: "i32" }), 2).array(); // => [[true, false], [true, true]]
 * ```
 */
export function lengthsToMask(lengths: Tensor, t: number): Tensor {
  checkLengths("lengthsToMask", lengths, lengths.shape[0] ?? 1, {});
  if (!Number.isInteger(t) || t < 0) {
    throw new DataError({
      where: "lengthsToMask",
      problem: "t is no number of steps",
      rows: [["got", String(t)]],
      fix: "pass the padded length: lengthsToMask(lengths, x.shape[1])",
    });
  }
  return lengths.unsqueeze(1).greater(arange(t, { dtype: "i32", backend: lengths.backend }));
}
