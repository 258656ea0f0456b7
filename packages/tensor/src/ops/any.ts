import type { Tensor } from "../core/tensor.js";
import { cast } from "./cast.js";
import { type Axes, defineReduce, type ReduceOptions, reduceWith } from "./reduce.js";

const op = defineReduce("any", 0, "nothing", null);

/**
 * Whether any element is true (not 0), as bool (torch.any).
 *
 * @param axes the axes to reduce; all of them by default. Negative ones count from the end.
 * @throws ShapeError when an axis does not exist or is named twice.
 *
 * @example
 * ```ts
 * import { any, tensor } from "@nn/tensor";
 *
 * await any(tensor([[0, 1], [0, 0]]), 1).array(); // => [true, false]
 * ```
 */
export function any(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return reduceWith(op, cast(x, "bool"), axes, options);
}
