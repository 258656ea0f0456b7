import { ShapeError } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { concat } from "./concat.js";
import { unsqueeze } from "./unsqueeze.js";

/**
 * Joins tensors of one shape along a new axis (torch.stack).
 *
 * @throws ShapeError, DTypeError
 *
 * @example
 * ```ts
 * import { stack, tensor } from "@nn/tensor";
 *
 * await stack([tensor([1, 2]), tensor([3, 4])]).array(); // => [[1, 2], [3, 4]]
 * ```
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  if (tensors.length === 0) {
    throw new ShapeError({ where: "stack", problem: "there are no tensors to join", fix: "give at least one" });
  }
  const at = axis < 0 ? axis + tensors[0]!.rank + 1 : axis;
  return concat(
    tensors.map((x) => unsqueeze(x, at)),
    at,
  );
}
