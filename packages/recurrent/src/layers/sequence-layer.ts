import type { Tensor } from "@nn/tensor";
import type { Cell, RecurrentState } from "../cells/cell.js";
import { Recurrent, type RecurrentCallOptions } from "./recurrent.js";

/** A layer over sequences: `Recurrent`, `RNN`, `LSTM`, `GRU`, `Bidirectional`, or one of your own. */
export interface SequenceLayer<S> {
  /** `(n, t, …)` → outputs `(n, t, …)` and the state after the last step; `state` is the one before the first. */
  forward(x: Tensor, state?: S, options?: RecurrentCallOptions): { readonly output: Tensor; readonly state: S };
}

/** True for cells; LSTMCell and its like have a `forward` too, which takes one step. */
export function isCell<S extends RecurrentState>(value: Cell<S> | SequenceLayer<S>): value is Cell<S> {
  return "step" in value && typeof value.step === "function";
}

/** The layer itself, or the layer that runs a cell. */
export function asSequenceLayer<S extends RecurrentState>(value: Cell<S> | SequenceLayer<S>): SequenceLayer<S> {
  return isCell(value) ? new Recurrent(value) : value;
}
