import type { Tensor } from "@nn/tensor";
import { logSoftmax } from "./log-softmax.js";
import { Module } from "./module.js";
import { ownedBy } from "./owned-by.js";

/**
 * `logSoftmax` along a fixed axis, as a module (torch.nn.LogSoftmax).
 *
 * @example
 * ```ts
 * import { LogSoftmax } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await new LogSoftmax(0).forward(tensor([[0], [-1000]])).array(); // => [[0], [-1000]]
 * ```
 */
export class LogSoftmax extends Module {
  /** @param axis default: the last */
  constructor(readonly axis = -1) {
    super();
  }
  forward(x: Tensor): Tensor {
    return ownedBy(this, () => logSoftmax(x, this.axis));
  }
  override extraRepr(): string {
    return `axis=${this.axis}`;
  }
}
