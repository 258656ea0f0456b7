import { Module, ownedBy } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import type { Cell, RecurrentState } from "../cells/cell.js";
import { type RunCellOptions, runCell } from "../cells/run-cell.js";

/** Options of `Recurrent`. */
export interface RecurrentOptions {
  /** Whether the steps run from the last element of each sequence to the first. Default false. */
  readonly reverse?: boolean;
}

/** How a recurrent layer is called. */
export type RecurrentCallOptions = Pick<RunCellOptions<never>, "lengths">;

/**
 * A recurrent layer made of a cell, the project's or anybody's: sequences, lengths, direction and gradients.
 *
 * @example
 * ```ts
 * import { GRUCell, Recurrent } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new Recurrent(new GRUCell(3, 8));
 * const { output, state } = layer.forward(zeros([2, 5, 3]));
 * output.shape; // => [2, 5, 8]
 * state.shape; // => [2, 8]
 * ```
 */
export class Recurrent<S extends RecurrentState> extends Module {
  readonly reverse: boolean;

  constructor(
    readonly cell: Cell<S>,
    options: RecurrentOptions = {},
  ) {
    super();
    this.reverse = options.reverse ?? false;
  }

  /** `(n, t, …)` → outputs `(n, t, …)` and the state after the last step; `state` is the one before the first. */
  forward(x: Tensor, state?: S, options: RecurrentCallOptions = {}): { output: Tensor; state: S } {
    return ownedBy(this, () => runCell(this.cell, x, { ...options, state, reverse: this.reverse }));
  }
  override extraRepr(): string {
    return this.reverse ? "reverse=true" : "";
  }
}
