import type { Tensor } from "@nn/tensor";
import { Module } from "./module.js";

/**
 * Gives its input back (torch.nn.Identity): what stands in for a layer that is left out.
 *
 * @example
 * ```ts
 * import { Identity } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await new Identity().forward(tensor([1, 2])).array(); // => [1, 2]
 * ```
 */
export class Identity extends Module {
  forward(x: Tensor): Tensor {
    return x;
  }
}
