import type { StateTree } from "../state/state-tree.js";
import {
  checkDecode,
  type Decoded,
  type DecodeOptions,
  type DecodeStep,
  disposeState,
  reorderState,
  runStep,
} from "./decode-step.js";

/**
 * Takes the likeliest token at every step, for a batch of sequences; those that ended take no further part. Asynchronous,
 * since it reads values; call `evaluate(model)` before.
 *
 * @returns a sequence for each of `start`
 * @throws DataError when options do not fit or the step gives no log-probabilities, ShapeError or DTypeError when they
 * are not `(n, v)`.
 *
 * @example
 * ```ts
 * import { logSoftmax } from "@nn/layers";
 * import { greedyDecode } from "@nn/recurrent";
 * import { indexSelect, type Tensor, tensor, zeros } from "@nn/tensor";
 *
 * // 0 is followed by 1, 1 by 2, and 2 by 3, the end.
 * const table = logSoftmax(tensor([[0, 9, 0, 0], [0, 0, 9, 0], [0, 0, 0, 9], [0, 0, 0, 9]]));
 * const step = (tokens: Tensor, state: Tensor) => ({ logProbs: indexSelect(table, 0, tokens), state });
 * const decoded = await greedyDecode(step, { start: [0, 1], state: zeros([2, 1]), end: 3, maxLength: 10 });
 * decoded.map(({ tokens }) => tokens); // => [[1, 2], [2]]
 * ```
 */
export async function greedyDecode<S extends StateTree>(
  step: DecodeStep<S>,
  options: DecodeOptions<S>,
): Promise<Decoded[]> {
  checkDecode("greedyDecode", options);
  const { start, end, maxLength, reorder } = options;
  const found = start.map(() => ({ tokens: [] as number[], logProb: 0, ended: false }));
  let live = found.map((_, i) => i);
  let tokens = [...start];
  let state: S = options.state;
  for (let k = 0; k < maxLength && live.length > 0; k++) {
    const stepped = await runStep("greedyDecode", step, tokens, state);
    if (state !== options.state) disposeState(state);
    state = stepped.state;
    const best = live.map((_, row) => largest(stepped.logProbs, row * stepped.vocabulary, stepped.vocabulary));
    const going: number[] = [];
    live.forEach((sequence, row) => {
      found[sequence].logProb += stepped.logProbs[row * stepped.vocabulary + best[row]];
      found[sequence].ended = best[row] === end;
      if (best[row] === end) return;
      found[sequence].tokens.push(best[row]);
      going.push(row);
    });
    tokens = going.map((row) => best[row]);
    if (going.length === live.length) continue;
    live = going.map((row) => live[row]);
    if (live.length === 0) break;
    const rest = reorderState(state, going, reorder);
    disposeState(state);
    state = rest;
  }
  if (state !== options.state) disposeState(state);
  return found;
}

/** The index of the largest of `count` values from `from` on; the first of equal ones. */
function largest(values: ArrayLike<number>, from: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[from + i] > values[from + best]) best = i;
  return best;
}
