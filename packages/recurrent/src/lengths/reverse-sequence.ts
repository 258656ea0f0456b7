import { arange, describe, flip, gather, ShapeError, type Tensor, where } from "@nn/tensor";
import { checkLengths } from "./check-lengths.js";

/**
 * Turns each sequence around within its length; padding stays where it is (tf.reverse_sequence).
 *
 * @param x `(n, t, …)`
 * @param lengths `(n)` i32. Default: all are t.
 * @throws ShapeError or DTypeError when x or lengths do not fit.
 *
 * @example
 * ```ts
 * import { reverseSequence } from "@nn/recurrent";
 * import { tensor } from "@nn/tensor";
 *
 * await reverseSequence(tensor([[1, 2, 0]]), tensor([2], { dtype: "i32" })).array(); // => [[2, 1, 0]]
 * ```
 */
export function reverseSequence(x: Tensor, lengths?: Tensor): Tensor {
  if (x.rank < 2) {
    throw new ShapeError({
      where: "reverseSequence",
      problem: "the input is no batch of sequences",
      rows: [["input", describe(x)]],
      fix: "x.unsqueeze(0) makes a batch of one sequence",
    });
  }
  if (lengths === undefined) return flip(x, 1);
  const [n, t, ...rest] = x.shape as readonly number[];
  checkLengths("reverseSequence", lengths, n, { input: x });
  const steps = arange(t, { dtype: "i32", backend: x.backend });
  const column = lengths.unsqueeze(1);
  const index = where(column.greater(steps), column.sub(1).sub(steps), steps);
  return gather(x, 1, index.reshape([n, t, ...rest.map(() => 1)]).expand(x.shape));
}
