import type { Tensor } from "@nn/tensor";

/** A recurrent state: a tensor `(n, …)`, or an object of such tensors. */
export type RecurrentState = Tensor | { readonly [name: string]: Tensor };

/**
 * One step of a recurrent layer. Who writes a cell has sequences, lengths, both directions and gradients by
 * `new Recurrent(cell)`; an object with these two methods is enough, a Module whose fields are Parameters is usual.
 *
 * @example
 * ```ts
 * import { type Cell, Recurrent } from "@nn/recurrent";
 * import { ones, type Tensor, zeros } from "@nn/tensor";
 *
 * const sum: Cell<Tensor> = {
 *   initialState: (batch, like) => zeros([batch, like.shape[2]], { dtype: like.dtype, backend: like.backend }),
 *   step: (x, state) => ({ output: x.add(state), state: x.add(state) }),
 * };
 * await new Recurrent(sum).forward(ones([1, 3, 1])).output.array(); // => [[[1], [2], [3]]]
 * ```
 */
export interface Cell<S extends RecurrentState = RecurrentState> {
  /**
   * The state before the first step.
   *
   * @param batch how many sequences
   * @param like the input sequence `(n, t, …)`: gives sizes, dtype and backend
   */
  initialState(batch: number, like: Tensor): S;
  /** One step: `(n, …)` and the state before it → the step's output `(n, …)` and the state after it. */
  step(x: Tensor, state: S): { readonly output: Tensor; readonly state: S };
  /** What can be computed for all steps at once, before the first: `(n, t, …)` → `(n, t, …)`; `step` gets its parts. */
  projectInput?(x: Tensor): Tensor;
}
