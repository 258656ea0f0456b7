import { ownedBy } from "@nn/layers";
import { type Tensor, zeros } from "@nn/tensor";
import { lstmInputs, lstmStep, sumOf } from "../cells/lstm-step.js";
import { runCell } from "../cells/run-cell.js";
import { type LstmState, lstmSequence } from "../sequence/lstm-sequence.js";
import { project } from "../sequence/project.js";
import {
  type DirectionResult,
  type DirectionWeights,
  RecurrentBase,
  type RecurrentLayerOptions,
  type SequenceCallOptions,
} from "./recurrent-base.js";

/** Options of `LSTM`. */
export interface LSTMOptions extends RecurrentLayerOptions {
  /** Size of a projection of the output (Sak and others, 2014), as in PyTorch. Default: none. */
  readonly projSize?: number;
  /** Whether the gates look at the cell (Gers and Schmidhuber, 2000). Not in PyTorch. Default false. */
  readonly peepholes?: boolean;
}

/**
 * A long short-term memory over sequences (torch.nn.LSTM; Hochreiter and Schmidhuber, 1997): layers, directions,
 * dropout between layers, and parameters under PyTorch's names, `weight_ih_l0` and so on. Batch first by default.
 *
 * Many-to-one reads `state.h.at(-1)` or the last output, many-to-many `output`.
 *
 * @throws DataError when a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { LSTM } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * const lstm = new LSTM(10, 20, { numLayers: 2, bidirectional: true });
 * const { output, state } = lstm.forward(zeros([5, 3, 10]));
 * output.shape; // => [5, 3, 40]
 * [state.h.shape, state.c.shape]; // => [[4, 5, 20], [4, 5, 20]]
 * ```
 */
export class LSTM extends RecurrentBase<"h" | "c"> {
  private readonly fused: boolean;

  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    const { projSize, peepholes } = options;
    super({ name: "LSTM", gates: 4, projSize, peepholes }, inputSize, hiddenSize, options);
    this.fused = projSize === undefined && peepholes !== true;
  }

  /**
   * @param x `(n, t, inputSize)`
   * @param state h `(layers · directions, n, hiddenSize or projSize)` and c `(layers · directions, n, hiddenSize)` before
   * the first step. Default: zeros.
   * @returns outputs `(n, t, directions · hiddenSize)` and the state after the last step
   */
  forward(x: Tensor, state?: LstmState, options: SequenceCallOptions = {}): { output: Tensor; state: LstmState } {
    return ownedBy(this, () => this.run(x, state === undefined ? undefined : { h: state.h, c: state.c }, options));
  }

  protected override direction(
    x: Tensor,
    weights: DirectionWeights,
    state: LstmState | undefined,
    options: { reverse: boolean; lengths: Tensor | undefined },
  ): DirectionResult<"h" | "c"> {
    const first = state ?? this.zeroState(x);
    if (this.fused) {
      const bias = sumOf(weights.biasIh, weights.biasHh);
      const gates = project(x, weights.weightIh, bias);
      return lstmSequence(gates, weights.weightHh, first, { ...options, consume: true, owner: this });
    }
    const cell = {
      initialState: () => first,
      projectInput: (all: Tensor) => lstmInputs(all, weights),
      step: (one: Tensor, before: LstmState) => lstmStep(one, before, weights),
    };
    return runCell(cell, x, { state: first, ...options });
  }

  private zeroState({ shape: [n], dtype, backend }: Tensor): LstmState {
    const zero = (size: number) => zeros([n, size], { dtype, backend });
    return { h: zero(this.outputSize), c: zero(this.hiddenSize) };
  }
}
