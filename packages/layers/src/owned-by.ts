import { isNNError } from "@nn/tensor";

/**
 * Runs what a layer does; an error from inside names the layer, so that its path in the model can be found. Ops called
 * with `owner` do the same by themselves.
 *
 * @example
 * ```ts
 * import { Module, ownedBy } from "@nn/layers";
 * import { Tensor, tensor } from "@nn/tensor";
 *
 * class Scale extends Module {
 *   forward(x: Tensor): Tensor {
 *     return ownedBy(this, () => x.mul(2));
 *   }
 * }
 * await new Scale().forward(tensor([1])).array(); // => [2]
 * ```
 */
export function ownedBy<T>(owner: object | undefined, fn: () => T): T {
  if (owner === undefined) return fn();
  try {
    return fn();
  } catch (error) {
    if (isNNError(error)) error.owner ??= owner;
    throw error;
  }
}
