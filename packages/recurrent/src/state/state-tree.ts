import { indexSelect, isTensor, stopGradient, type Tensor } from "@nn/tensor";

/** A state of any layer: a tensor, or arrays and objects of states. */
export type StateTree = Tensor | readonly StateTree[] | { readonly [name: string]: StateTree };

/**
 * The same state without its history: no gradient flows into the steps that made it (torch's `detach`), as truncated
 * back-propagation wants between two chunks of a sequence. What `valueAndGrad` returns beside the loss comes detached
 * already; this is for several chunks within one loss.
 *
 * @example
 * ```ts
 * import { detachState, LSTM } from "@nn/recurrent";
 * import { ones, valueAndGrad } from "@nn/tensor";
 *
 * const lstm = new LSTM(3, 4);
 * const first = ones([2, 5, 3]);
 * const { grads } = valueAndGrad([lstm, first], () => {
 *   const { state } = lstm.forward(first);
 *   return lstm.forward(ones([2, 5, 3]), detachState(state)).output.sum();
 * });
 * grads.has(first); // => false
 * ```
 */
export function detachState<S extends StateTree>(state: S): S {
  return mapState(state, stopGradient);
}

/**
 * Picks, repeats and reorders the sequences of a state, as beam search does: row i of the result is row `rows[i]`.
 *
 * @param rows `(m)` i32
 * @param axis where the batch is in the state's tensors: 0 for cells (default), 1 for the states of RNN, LSTM and GRU
 * @throws ShapeError or DTypeError when rows are not one-dimensional i32.
 *
 * @example
 * ```ts
 * import { selectState } from "@nn/recurrent";
 * import { tensor } from "@nn/tensor";
 *
 * const { h } = selectState({ h: tensor([[1], [2]]) }, tensor([1, 1, 0], { dtype: "i32" }));
 * await h.array(); // => [[2], [2], [1]]
 * ```
 */
export function selectState<S extends StateTree>(state: S, rows: Tensor, axis = 0): S {
  return mapState(state, (part) => indexSelect(part, axis, rows));
}

/** Applies `fn` to all tensors of a state. */
function mapState<S extends StateTree>(state: S, fn: (part: Tensor) => Tensor): S {
  const map = (tree: StateTree): StateTree => {
    if (isTensor(tree)) return fn(tree);
    if (Array.isArray(tree)) return tree.map(map);
    return Object.fromEntries(Object.entries(tree).map(([name, part]) => [name, map(part)]));
  };
  // The result has the same form, which the compiler cannot see.
  return map(state) as S;
}

/** All tensors of a state. */
export function stateTensors(state: StateTree): Tensor[] {
  return isTensor(state) ? [state] : Object.values(state).flatMap(stateTensors);
}
