import { describe, relu, rsqrt, ShapeError, type Tensor, where } from "@nn/tensor";
import { ownedBy } from "../owned-by.js";
import { checkPair } from "./check-pair.js";
import type { MarginLossOptions } from "./margin-ranking-loss.js";
import { checkReduction, reduceLoss } from "./reduction.js";

/**
 * `1 − cosine` of two vectors where the target is 1, and `max(0, cosine − margin)` where it is -1
 * (torch.nn.functional.cosine_embedding_loss).
 *
 * @param input1 `(n, d)`, or one vector `(d)`
 * @param input2 of the same shape
 * @param target 1 or -1 for each vector: `(n)` or `()`, any dtype but bool
 * @param options.margin default 0
 * @throws ShapeError when the shapes do not match, DTypeError when the inputs' dtypes differ.
 *
 * @example
 * ```ts
 * import { cosineEmbeddingLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const a = tensor([[3, 4]], { dtype: "f64" });
 * await cosineEmbeddingLoss(a, a.neg(), tensor([1], { dtype: "i32" })).item(); // => 2
 * ```
 */
export function cosineEmbeddingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: MarginLossOptions = {},
): Tensor {
  const { reduction = "mean", margin = 0, owner } = options;
  return ownedBy(owner, () => {
    checkReduction("cosineEmbeddingLoss", reduction);
    checkPair("cosineEmbeddingLoss", input1, input2);
    checkTarget(input1, target);
    const squared = (x: Tensor) => x.square().sum(-1).add(1e-12);
    const cosine = input1
      .mul(input2)
      .sum(-1)
      .mul(rsqrt(squared(input1).mul(squared(input2))));
    const loss = where(target.greater(0), cosine.neg().add(1), relu(cosine.sub(margin)));
    return reduceLoss(loss, reduction);
  });
}

function checkTarget(input: Tensor, target: Tensor): void {
  const expected = input.shape.slice(0, -1);
  const fits = input.rank > 0 && target.rank === expected.length && target.shape[0] === expected[0];
  if (fits && input.rank <= 2) return;
  throw new ShapeError({
    where: "cosineEmbeddingLoss",
    problem: "inputs and target do not match",
    rows: [
      ["inputs", describe(input), "n d"],
      ["target", describe(target), "n"],
    ],
    fix: "give one target, 1 or -1, for each pair of vectors",
  });
}
