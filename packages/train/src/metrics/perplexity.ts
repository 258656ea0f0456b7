import { crossEntropy } from "@nn/layers";
import { type Metric, metric } from "../metric.js";
import { type ClassOptions, classesOf } from "./class-options.js";
import { columns } from "./columns.js";
import { weightsOf } from "./inputs.js";

/**
 * The exponential of the mean cross-entropy of all targets: of how many words a language model is in doubt. From logits
 * `[n, vocabulary, t]` and targets `[n, t]`, or rows of both. Targets with `ignoreIndex` or outside of the mask do not
 * count. The state is two numbers.
 *
 * @throws DataError when targets and logits are not found or do not belong together.
 *
 * @example
 * ```ts
 * import { tensor, zeros } from "@nn/tensor";
 * import { perplexity, score } from "@nn/train";
 *
 * const values = { logits: zeros([3, 8]), targets: tensor(new Int32Array([1, 2, 5])) };
 * (await score(perplexity(), values)).toFixed(4); // => "8.0000"
 * ```
 */
export function perplexity<B = unknown, R = unknown>(options: ClassOptions<B, R> = {}): Metric<B, R> {
  const { ignoreIndex = -100 } = options;
  return metric({
    mode: "min",
    initial: [0, 0],
    measure(batch, rest) {
      const { logits, targets } = classesOf("perplexity", batch, rest, options);
      const losses = crossEntropy(logits, targets, { reduction: "none", ignoreIndex });
      const counts = targets.notEqual(ignoreIndex).cast(losses.dtype);
      const weights = weightsOf("perplexity", batch, rest, targets, options);
      return columns([losses, counts, ...(weights === undefined ? [] : [weights])]);
    },
    add(totals, values, [rows, size]) {
      for (let i = 0; i < size!; i++) {
        const weight = values[size! + i]! * (rows === 3 ? values[2 * size! + i]! : 1);
        if (weight === 0) continue;
        totals[0]! += weight * values[i]!;
        totals[1]! += weight;
      }
    },
    compute: ([sum, weight]) => Math.exp(sum! / weight!),
  });
}
