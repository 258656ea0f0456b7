import type { Backend } from "@nn/backend";
import type { Tensor } from "./tensor.js";

/** One call of an op, as profilers and NaN checks see it. */
export interface OpCall {
  readonly op: string;
  /** `"view"`, `"composed"`, or the kernel that ran. */
  readonly ran: string;
  readonly backend: Backend;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly owner: object | undefined;
  /** Milliseconds until the call returned, composed parts included. */
  readonly milliseconds: number;
}

/** Looks at every op call while it is installed. */
export interface Inspector {
  after(call: OpCall): void;
}
