import { describe, gather, maximum, ShapeError, type Tensor, where } from "@nn/tensor";
import { checkLengths } from "./check-lengths.js";

/**
 * The output at the last step of each sequence, `(n, t, …)` → `(n, …)`: many-to-one. Zeros for a sequence of length 0,
 * NaN for a length above t. (Of a bidirectional layer, the backward half has seen only the last step there; its state,
 * or a mean over time, says more.)
 *
 * @param output `(n, t, …)`
 * @param lengths `(n)` i32. Default: all are t.
 * @throws ShapeError or DTypeError when output or lengths do not fit.
 *
 * @example
 * ```ts
 * import { lastOutput } from "@nn/recurrent";
 * import { tensor } from "@nn/tensor";
 *
 * const output = tensor([[[1], [2]], [[3], [0]]]);
 * await lastOutput(output, tensor([2, 1], { dtype: "i32" })).array(); // => [[2], [3]]
 * ```
 */
export function lastOutput(output: Tensor, lengths?: Tensor): Tensor {
  if (output.rank < 2 || output.shape[1] === 0) {
    throw new ShapeError({
      where: "lastOutput",
      problem: "the output is not (n, t, …) with at least one step",
      rows: [["output", describe(output)]],
      fix: "pass the outputs of all steps: lastOutput(lstm.forward(x).output)",
    });
  }
  const [n, t, ...rest] = output.shape as readonly number[];
  if (lengths === undefined) return output.slice(1, t - 1).squeeze(1);
  checkLengths("lastOutput", lengths, n, { output });
  const column = [n, 1, ...rest.map(() => 1)];
  const index = maximum(lengths.sub(1), 0)
    .reshape(column)
    .expand([n, 1, ...rest]);
  return where(lengths.greater(0).reshape(column), gather(output, 1, index), 0).squeeze(1);
}
