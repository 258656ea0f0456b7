import type { Tensor } from "@nn/tensor";
import { Module } from "./module.js";
import { ownedBy } from "./owned-by.js";
import { softmax } from "./softmax.js";

/**
 * `softmax` along a fixed axis, as a module (torch.nn.Softmax).
 *
 * @example
 * ```ts
 * import { Softmax } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await new Softmax(0).forward(tensor([[3, 0], [3, 1000]])).array(); // => [[0.5, 0], [0.5, 1]]
 * ```
 */
export class Softmax extends Module {
  /** @param axis default: the last */
  constructor(readonly axis = -1) {
    super();
  }
  forward(x: Tensor): Tensor {
    return ownedBy(this, () => softmax(x, this.axis));
  }
  override extraRepr(): string {
    return `axis=${this.axis}`;
  }
}
