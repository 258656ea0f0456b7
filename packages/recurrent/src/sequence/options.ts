import type { Tensor } from "@nn/tensor";

/** How a layer runs over sequences. */
export interface SequenceOptions {
  /** Whether the steps run from the last element of each sequence to the first. Default false. */
  readonly reverse?: boolean;
  /** `(n)` i32, each from 0 to t: behind it the output is 0, the state stays, and no gradient flows. Default: all are t. */
  readonly lengths?: Tensor | undefined;
  /** Whether x is given away: it is disposed, and a kernel may keep what it saves in its memory. Default false. */
  readonly consume?: boolean;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object | undefined;
}
