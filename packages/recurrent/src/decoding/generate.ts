import { DataError, scope, stack, type Tensor } from "@nn/tensor";
import type { StateTree } from "../state/state-tree.js";

/** What a step of `generate` gives. */
export interface GenerateStep<S> {
  /** Row k of the result. */
  readonly output: Tensor;
  readonly state: S;
  /** The next step's input. Default: the output. */
  readonly next?: Tensor;
}

/** How `generate` starts and when it ends: give `steps`, `until`, or both. */
export interface GenerateOptions<S> {
  /** The first step's input `(n, …)`. */
  readonly first: Tensor;
  /** The state before it. */
  readonly state: S;
  /** Most steps. */
  readonly steps?: number;
  /** Whether this was the last step. Values of the output can be read with `dataSync` where the backend has it. */
  readonly until?: (output: Tensor, step: number) => boolean;
}

/**
 * Feeds a step with its own output, again and again: one-to-many, as forecasts and sampling want. Synchronous, so that
 * it can be trained through inside `valueAndGrad`.
 *
 * @returns the outputs of all steps `(n, steps, …)` and the last state
 * @throws DataError when neither `steps` nor `until` ends it.
 *
 * @example
 * ```ts
 * import { generate } from "@nn/recurrent";
 * import { tensor } from "@nn/tensor";
 *
 * const fibonacci = generate((x, before) => ({ output: x.add(before), state: x }), {
 *   first: tensor([1]),
 *   state: tensor([0]),
 *   steps: 5,
 * });
 * await fibonacci.outputs.array(); // => [[1, 2, 3, 5, 8]]
 * ```
 */
export function generate<S extends StateTree>(
  step: (x: Tensor, state: S) => GenerateStep<S>,
  options: GenerateOptions<S>,
): { outputs: Tensor; state: S } {
  const { first, state: start, steps = Number.POSITIVE_INFINITY, until } = options;
  checkEnd(steps, until);
  return scope(() => {
    const outputs: Tensor[] = [];
    let x = first;
    let state: S = start;
    let done = false;
    while (!done && outputs.length < steps) {
      // Only what the next step needs lives on.
      const result = scope(() => step(x, state));
      outputs.push(result.output);
      x = result.next ?? result.output;
      state = result.state;
      done = until?.(result.output, outputs.length - 1) ?? false;
    }
    return { outputs: stack(outputs, 1), state };
  });
}

function checkEnd(steps: number, until: unknown): void {
  const endless = steps === Number.POSITIVE_INFINITY;
  if (endless ? typeof until === "function" : Number.isInteger(steps) && steps > 0) return;
  throw new DataError({
    where: "generate",
    problem: endless ? "nothing ends the steps" : "steps is not a positive integer",
    rows: [
      ["expected", "steps, until, or both"],
      ["got", endless ? "neither" : String(steps)],
    ],
    fix: "generate(step, { first, state, steps: 100 })",
  });
}
