import { DTypeError, defineOp, describe, gather, oneHot, requireFloat, ShapeError, type Tensor } from "@nn/tensor";
import { logSoftmax } from "../log-softmax.js";
import { softmax } from "../softmax.js";

const op = defineOp({
  name: "softmaxCrossEntropy",
  infer: ([logits, target]) => {
    check(logits, target);
    return { dtype: logits.dtype, shape: target.shape };
  },
  composed: ([logits, target]) => gather(logSoftmax(logits, 1), 1, target.unsqueeze(1)).squeeze(1).neg(),
  vjp: ({ g, inputs: [logits, target] }) => [gradientOp.call([logits, target, g], undefined), undefined],
});

const gradientOp = defineOp({
  name: "softmaxCrossEntropyGrad",
  infer: ([logits]) => logits,
  composed: ([logits, target, g]) =>
    softmax(logits, 1)
      .sub(oneHot(target, logits.shape[1], logits.dtype))
      .mul(g.unsqueeze(1)),
});

/**
 * `-logSoftmax(logits)` at the target, row by row: the core of `crossEntropy`, fused where the backend has the kernel.
 * A target outside of `[0, c)` gives NaN.
 *
 * @param logits `(n, c)`
 * @param target `(n)`, i32
 * @returns `(n)`
 * @throws ShapeError, DTypeError
 *
 * @example
 * ```ts
 * import { softmaxCrossEntropy } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const target = tensor([1], { dtype: "i32" });
 * await softmaxCrossEntropy(tensor([[0, 1000]]), target).array(); // => [0]
 * ```
 */
export function softmaxCrossEntropy(logits: Tensor, target: Tensor, options: { readonly owner?: object } = {}): Tensor {
  return op.call([logits, target], undefined, options);
}

function check(logits: Tensor, target: Tensor): void {
  requireFloat("softmaxCrossEntropy", logits);
  const rows = [
    ["logits", describe(logits), "n c"],
    ["target", describe(target), "n"],
  ] as const;
  if (target.dtype !== "i32") {
    throw new DTypeError({
      where: "softmaxCrossEntropy",
      problem: "the target must be i32",
      rows,
      fix: 'target.cast("i32")',
    });
  }
  if (logits.rank === 2 && target.rank === 1 && logits.shape[0] === target.shape[0]) return;
  throw new ShapeError({
    where: "softmaxCrossEntropy",
    problem: "the target does not match the logits",
    rows,
    fix: "give one class for each row of the logits; crossEntropy takes more dimensions",
  });
}
