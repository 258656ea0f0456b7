import { Module, ownedBy } from "@nn/layers";
import { concat, DataError, describe, ShapeError, type Tensor } from "@nn/tensor";
import type { Cell, RecurrentState } from "../cells/cell.js";
import { reverseSequence } from "../lengths/reverse-sequence.js";
import { checkSequenceLayer } from "./check-sequence-layer.js";
import type { RecurrentCallOptions } from "./recurrent.js";
import { asSequenceLayer, type SequenceLayer } from "./sequence-layer.js";

/** How the outputs of two directions become one; `concat` joins them along axis 2, the features or channels. */
export type BidirectionalMerge = "concat" | "sum" | "mul" | "mean";

/** Options of `Bidirectional`. */
export interface BidirectionalOptions {
  /** Default "concat". */
  readonly merge?: BidirectionalMerge;
}

/** The states of both directions. */
export type BidirectionalState<A, B = A> = {
  readonly forward: A;
  readonly backward: B;
};

const merges: Readonly<Record<BidirectionalMerge, (a: Tensor, b: Tensor) => Tensor>> = {
  concat: (a, b) => concat([a, b], 2),
  sum: (a, b) => a.add(b),
  mul: (a, b) => a.mul(b),
  mean: (a, b) => a.add(b).mul(0.5),
};

/**
 * Runs one cell or layer over sequences from their start and another from their end, and merges the outputs (Schuster
 * and Paliwal, 1997; Keras' Bidirectional). The second one gets each sequence turned around within its length, and its
 * outputs are turned back, so any layer will do. `RNN`, `LSTM` and `GRU` have `{ bidirectional: true }` of their own,
 * with PyTorch's names.
 *
 * @throws DataError when one is no cell or layer, has `batchFirst: false` or is reversed already, or merge is unknown.
 *
 * @example
 * ```ts
 * import { Bidirectional, GRUCell } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new Bidirectional(new GRUCell(3, 8), new GRUCell(3, 8), { merge: "sum" });
 * const { output, state } = layer.forward(zeros([2, 5, 3]));
 * output.shape; // => [2, 5, 8]
 * state.backward.shape; // => [2, 8]
 * ```
 */
export class Bidirectional<A extends RecurrentState, B extends RecurrentState = A> extends Module {
  readonly forwardLayer: SequenceLayer<A>;
  readonly backwardLayer: SequenceLayer<B>;
  readonly merge: BidirectionalMerge;

  constructor(
    forward: Cell<A> | SequenceLayer<A>,
    backward: Cell<B> | SequenceLayer<B>,
    options: BidirectionalOptions = {},
  ) {
    super();
    const { merge = "concat" } = options;
    checkSequenceLayer("Bidirectional", "forward", forward, true);
    checkSequenceLayer("Bidirectional", "backward", backward, true);
    checkMerge(merge);
    checkDirection("forward", forward);
    checkDirection("backward", backward);
    this.forwardLayer = asSequenceLayer(forward);
    this.backwardLayer = asSequenceLayer(backward);
    this.merge = merge;
  }

  /**
   * @param x `(n, t, …)`
   * @param state the states before the first step of each direction. Default: the layers' own.
   * @returns the merged outputs `(n, t, …)` and the last states, the backward one at the start of the sequences
   * @throws ShapeError when the outputs of both cannot be merged.
   */
  forward(
    x: Tensor,
    state?: BidirectionalState<A, B>,
    options: RecurrentCallOptions = {},
  ): { output: Tensor; state: BidirectionalState<A, B> } {
    return ownedBy(this, () => {
      const { lengths } = options;
      const there = this.forwardLayer.forward(x, state?.forward, options);
      const back = this.backwardLayer.forward(reverseSequence(x, lengths), state?.backward, options);
      const turned = reverseSequence(back.output, lengths);
      checkOutputs(this.merge, there.output, turned);
      const output = merges[this.merge](there.output, turned);
      return { output, state: { forward: there.state, backward: back.state } };
    });
  }
  override extraRepr(): string {
    return `merge="${this.merge}"`;
  }
}

function checkMerge(merge: string): void {
  if (merge in merges) return;
  throw new DataError({
    where: "Bidirectional",
    problem: "merge is not known",
    rows: [
      ["expected", Object.keys(merges).join(", ")],
      ["got", String(merge)],
    ],
    fix: 'new Bidirectional(a, b, { merge: "concat" })',
  });
}

function checkDirection(name: string, layer: object): void {
  if (!("reverse" in layer && layer.reverse === true)) return;
  throw new DataError({
    where: "Bidirectional",
    problem: "the layer runs backwards already",
    rows: [["layer", name]],
    fix: "pass its cell, or a Recurrent without { reverse: true }: sequences are turned around here",
  });
}

function checkOutputs(merge: BidirectionalMerge, a: Tensor, b: Tensor): void {
  const same = a.rank === b.rank && a.shape.every((d: number, i: number) => d === b.shape[i]);
  const joins = a.rank > 2 && a.rank === b.rank && a.shape.every((d: number, i: number) => i === 2 || d === b.shape[i]);
  if (merge === "concat" ? joins : same) return;
  throw new ShapeError({
    where: "Bidirectional",
    problem: `the outputs of both directions cannot be merged by ${merge}`,
    rows: [
      ["forward", describe(a)],
      ["backward", describe(b)],
    ],
    fix:
      merge === "concat" ? "concat needs outputs (n, t, …) of one rank" : 'make both of one size, or merge by "concat"',
  });
}
