import { ownedBy } from "@nn/layers";
import { type Tensor, zeros } from "@nn/tensor";
import { gruInputs, gruStep } from "../cells/gru-step.js";
import { runCell } from "../cells/run-cell.js";
import { gruSequence } from "../sequence/gru-sequence.js";
import { project } from "../sequence/project.js";
import {
  type DirectionResult,
  type DirectionWeights,
  RecurrentBase,
  type RecurrentLayerOptions,
  type SequenceCallOptions,
} from "./recurrent-base.js";

/** Options of `GRU`. */
export interface GRUOptions extends RecurrentLayerOptions {
  /** Whether the reset gate acts after the state's matrix (PyTorch) or before it (the paper). Default true. */
  readonly resetAfter?: boolean;
}

/**
 * Gated recurrent units over sequences (torch.nn.GRU; Cho and others, 2014): layers, directions, dropout between layers,
 * and parameters under PyTorch's names. Batch first by default.
 *
 * @throws DataError when a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { GRU } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * const gru = new GRU(10, 20);
 * const { output, state } = gru.forward(zeros([5, 3, 10]));
 * output.shape; // => [5, 3, 20]
 * state.shape; // => [1, 5, 20]
 * ```
 */
export class GRU extends RecurrentBase<"h"> {
  readonly resetAfter: boolean;

  constructor(inputSize: number, hiddenSize: number, options: GRUOptions = {}) {
    super({ name: "GRU", gates: 3 }, inputSize, hiddenSize, options);
    this.resetAfter = options.resetAfter ?? true;
  }

  /**
   * @param x `(n, t, inputSize)`
   * @param state `(layers · directions, n, hiddenSize)` before the first step. Default: zeros.
   * @returns outputs `(n, t, directions · hiddenSize)` and the state after the last step
   */
  forward(x: Tensor, state?: Tensor, options: SequenceCallOptions = {}): { output: Tensor; state: Tensor } {
    return ownedBy(this, () => {
      const { output, state: last } = this.run(x, state === undefined ? undefined : { h: state }, options);
      return { output, state: last.h };
    });
  }

  protected override direction(
    x: Tensor,
    weights: DirectionWeights,
    state: { readonly h: Tensor } | undefined,
    options: { reverse: boolean; lengths: Tensor | undefined },
  ): DirectionResult<"h"> {
    const { dtype, backend } = x;
    const first = state?.h ?? zeros([x.shape[0], this.hiddenSize], { dtype, backend });
    if (this.resetAfter) {
      const bias = weights.biasHh ?? zeros([3 * this.hiddenSize], { dtype, backend });
      const inputs = project(x, weights.weightIh, weights.biasIh);
      const { output, state: h } = gruSequence(inputs, weights.weightHh, bias, first, {
        ...options,
        consume: true,
        owner: this,
      });
      return { output, state: { h } };
    }
    const cell = {
      initialState: () => first,
      projectInput: (all: Tensor) => gruInputs(all, weights),
      step: (one: Tensor, before: Tensor) => {
        const h = gruStep(one, before, weights, false);
        return { output: h, state: h };
      },
    };
    const { output, state: h } = runCell(cell, x, { state: first, ...options });
    return { output, state: { h } };
  }
}
