import { runtime } from "../core/runtime.js";
import type { Tensor } from "../core/tensor.js";

/**
 * How often a call on these tensors will be differentiated: 0 when it is not recorded, 1 inside `valueAndGrad`, 2 when
 * `createGraph` asks for the derivatives of the gradients too. For functions that choose between ops: one that leaves
 * what its gradient needs, and one that leaves nothing.
 *
 * @example
 * ```ts
 * import { derivativesWanted, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const x = tensor([1, 2]);
 * derivativesWanted([x]); // => 0
 * const { times } = valueAndGrad(x, () => ({ loss: x.sum(), times: derivativesWanted([x]) }));
 * times; // => 1
 * ```
 */
export function derivativesWanted(tensors: readonly Tensor[]): 0 | 1 | 2 {
  const { recorder } = runtime;
  if (recorder === null || !tensors.some((tensor) => tensor.tracked)) return 0;
  return recorder.createGraph ? 2 : 1;
}
