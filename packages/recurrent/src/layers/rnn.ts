import { linear, ownedBy } from "@nn/layers";
import { type Tensor, zeros } from "@nn/tensor";
import { rnnSequence } from "../sequence/rnn-sequence.js";
import {
  type DirectionResult,
  type DirectionWeights,
  RecurrentBase,
  type RecurrentLayerOptions,
  type SequenceCallOptions,
} from "./recurrent-base.js";

/** Options of `RNN`. */
export interface RNNOptions extends RecurrentLayerOptions {
  /** Default "tanh". */
  readonly nonlinearity?: "tanh" | "relu";
}

/**
 * A simple recurrent network over sequences, `h' = tanh(W x + U h + b)` (torch.nn.RNN; Elman, 1990): layers, directions,
 * dropout between layers, and parameters under PyTorch's names. Batch first by default.
 *
 * @throws DataError when a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { RNN } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * const rnn = new RNN(10, 20, { nonlinearity: "relu" });
 * rnn.forward(zeros([5, 3, 10])).output.shape; // => [5, 3, 20]
 * ```
 */
export class RNN extends RecurrentBase<"h"> {
  readonly nonlinearity: "tanh" | "relu";

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    super({ name: "RNN", gates: 1 }, inputSize, hiddenSize, options);
    this.nonlinearity = options.nonlinearity ?? "tanh";
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
    { weightIh, weightHh, biasIh, biasHh }: DirectionWeights,
    state: { readonly h: Tensor } | undefined,
    options: { reverse: boolean; lengths: Tensor | undefined },
  ): DirectionResult<"h"> {
    const { dtype, backend } = x;
    const first = state?.h ?? zeros([x.shape[0], this.hiddenSize], { dtype, backend });
    const bias = biasIh === undefined || biasHh === undefined ? biasIh : biasIh.add(biasHh);
    const inputs = linear(x, weightIh, bias, { owner: this });
    const { output, state: h } = rnnSequence(inputs, weightHh, first, {
      ...options,
      activation: this.nonlinearity,
      owner: this,
    });
    return { output, state: { h } };
  }
}
