import { Dropout, Module, ownedBy } from "@nn/layers";
import { DataError, type Generator, type Tensor } from "@nn/tensor";
import { checkSequenceLayer } from "./check-sequence-layer.js";
import type { RecurrentCallOptions } from "./recurrent.js";
import type { SequenceLayer } from "./sequence-layer.js";

/** Options of `StackedRecurrent`. */
export interface StackedRecurrentOptions {
  /** Probability of zeroing elements between layers while training. Default 0. */
  readonly dropout?: number;
  /** Draws what dropout drops. Default: a stream of the layer's own, started from `defaultGenerator()`. */
  readonly generator?: Generator;
}

/**
 * Recurrent layers on top of each other, of any kinds: each gets the outputs of the one below. The state is a list of
 * theirs, from the bottom. (`RNN`, `LSTM` and `GRU` have `numLayers` of their own, with PyTorch's names.)
 *
 * @throws DataError when there is no layer, one is none, dropout is no probability, or there is nothing to drop between.
 *
 * @example
 * ```ts
 * import { GRUCell, LSTM, Recurrent, StackedRecurrent } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * const stack = new StackedRecurrent([new LSTM(3, 8), new Recurrent(new GRUCell(8, 4))], { dropout: 0.1 });
 * const { output, state } = stack.forward(zeros([2, 5, 3]));
 * output.shape; // => [2, 5, 4]
 * state[0].h.shape; // => [1, 2, 8]
 * state[1].shape; // => [2, 4]
 * ```
 */
export class StackedRecurrent<S extends readonly unknown[]> extends Module {
  readonly layers: { readonly [I in keyof S]: SequenceLayer<S[I]> };
  readonly dropout: Dropout;

  constructor(
    layers: readonly [...{ readonly [I in keyof S]: SequenceLayer<S[I]> }],
    options: StackedRecurrentOptions = {},
  ) {
    super();
    const { dropout = 0, generator } = options;
    const list: readonly unknown[] = layers;
    for (const [i, layer] of list.entries()) checkSequenceLayer("StackedRecurrent", String(i), layer, false);
    checkCount(list.length, dropout);
    this.layers = layers as { readonly [I in keyof S]: SequenceLayer<S[I]> };
    this.dropout = new Dropout(dropout, generator === undefined ? {} : { generator });
  }

  /** `(n, t, …)` → outputs of the last layer `(n, t, …)` and the states of all; `state` are those before the first step. */
  forward(x: Tensor, state?: S, options: RecurrentCallOptions = {}): { output: Tensor; state: S } {
    return ownedBy(this, () => {
      const layers: readonly SequenceLayer<unknown>[] = this.layers;
      let output = x;
      const last = layers.map((layer, i) => {
        const below = i === 0 ? x : this.dropout.forward(output);
        const result = layer.forward(below, state?.[i], options);
        output = result.output;
        return result.state;
      });
      // One state for each layer, in their order.
      return { output, state: last as readonly unknown[] as S };
    });
  }
}

function checkCount(count: number, dropout: number): void {
  if (count > 1 || (count === 1 && !(dropout > 0))) return;
  throw new DataError({
    where: "StackedRecurrent",
    problem: count === 0 ? "there is no layer" : "one layer has nothing to drop between",
    rows: [["got", `${count} layers, dropout ${dropout}`]],
    fix: "new StackedRecurrent([below, above], { dropout: 0.1 }); put a Dropout layer behind a single one",
  });
}
