import { predict } from "@nn/layers";
import { concat, DataError, isTensor, type Tensor, type Tree } from "@nn/tensor";
import type { BatchSource } from "./batch-source.js";
import { Pace } from "./pace.js";

/**
 * What a model says to all batches, as one tensor `[samples, …]`: in evaluation mode, without recording.
 *
 * @param forward gives the output of a batch; default: `model.forward` of the batch itself, its `x` or its first entry
 * @throws DataError when the data gives no batch.
 *
 * @example
 * ```ts
 * import { Linear } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 * import { predictAll } from "@nn/train";
 *
 * const output = await predictAll(new Linear(4, 2), [{ x: zeros([3, 4]) }, { x: zeros([1, 4]) }]);
 * output.shape; // => [4, 2]
 * ```
 */
export async function predictAll<M extends Tree, B>(
  model: M,
  data: BatchSource<B>,
  forward: (model: M, batch: B) => Tensor = forwardInput,
): Promise<Tensor> {
  const outputs: Tensor[] = [];
  let joined: Tensor | undefined;
  const pace = new Pace();
  try {
    for await (const batch of data) {
      outputs.push(predict(model, () => forward(model, batch)));
      await pace.breathe();
    }
    if (outputs.length === 0) throw noBatch();
    joined = concat(outputs, 0);
    return joined;
  } finally {
    // A single output is not copied.
    for (const output of outputs) if (output !== joined) output.dispose();
  }
}

function forwardInput(model: Tree, batch: unknown): Tensor {
  const input: unknown = isTensor(batch) ? batch : Array.isArray(batch) ? batch[0] : (batch as { x?: unknown })?.x;
  if (isTensor(input) && "forward" in model && typeof model.forward === "function") return model.forward(input);
  throw new DataError({
    where: "predictAll",
    problem: isTensor(input) ? "the model has no forward(x)" : "the batch has no x",
    rows: [["expected", "a model with forward(x), and batches that are tensors, [x, …] or { x, … }"]],
    fix: "say how: predictAll(model, data, (model, batch) => model.forward(batch.input))",
  });
}

function noBatch(): DataError {
  return new DataError({
    where: "predictAll",
    problem: "the data gave no batch",
    rows: [["expected", "at least one batch"]],
    fix: "pass a loader or an array; the object of a generator function can be gone through only once",
  });
}
