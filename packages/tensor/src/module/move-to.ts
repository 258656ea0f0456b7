import type { Backend } from "@nn/backend";
import { sameBackend } from "../core/runtime.js";
import { isTensor, type Tensor } from "../core/tensor.js";
import { fromHost } from "../create/from-host.js";
import { isBuffer, isParameter, type OwnedTensor } from "./parameter.js";
import { walk } from "./tree.js";

/**
 * Moves a tensor, or all parameters and buffers of a module or an optimizer, to another backend.
 *
 * A tensor gives a new tensor (itself where it already is there). A module or optimizer is changed in place, after
 * everything has been read, so that a failure leaves it whole on the old backend.
 *
 * @example
 * ```ts
 * import { moveTo, Parameter, tensor } from "@nn/tensor";
 * import { cpu } from "@nn/backend-cpu";
 *
 * const model = { weight: new Parameter(tensor([1, 2])) };
 * const other = cpu();
 * await moveTo(model, other);
 * model.weight.backend === other; // => true
 * ```
 */
export async function moveTo<T extends object>(target: T, backend: Backend): Promise<T> {
  if (isTensor(target) && !isParameter(target) && !isBuffer(target))
    return (await copyTo(target, backend)) as T & Tensor;
  const moved: [OwnedTensor, Tensor][] = [];
  const owned = new Set<OwnedTensor>();
  walk(target, (value) => {
    if ((isParameter(value) || isBuffer(value)) && !sameBackend(value.backend, backend)) owned.add(value);
  });
  for (const tensor of owned) moved.push([tensor, await copyTo(tensor, backend)]);
  for (const [tensor, copy] of moved) {
    tensor.assign(copy);
    copy.dispose();
  }
  return target;
}

async function copyTo(tensor: Tensor, backend: Backend): Promise<Tensor> {
  if (sameBackend(tensor.backend, backend)) return tensor;
  return fromHost(await tensor.data(), tensor.shape, tensor.dtype, backend, "moveTo");
}
