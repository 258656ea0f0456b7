import type { Tensor } from "../core/tensor.js";
import { expand } from "./expand.js";
import { mul } from "./mul.js";
import { productOfOthers } from "./product-of-others.js";
import { type Axes, defineReduce, type ReduceOptions, reduceWith } from "./reduce.js";

const op = defineReduce("prod", 1, "both", ({ g, inputs: [x], outputs: [y], attrs }) => [
  mul(expand(g, x!.shape), productOfOthers(x!, y!, attrs.axes)),
]);

/**
 * Product over axes (torch.prod).
 *
 * @param axes the axes to reduce; all of them by default. Negative ones count from the end.
 * @throws ShapeError when an axis does not exist or is named twice.
 *
 * @example
 * ```ts
 * import { prod, tensor } from "@nn/tensor";
 *
 * await prod(tensor([[1, 2], [3, 4]]), 1).array(); // => [2, 12]
 * ```
 */
export function prod(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return reduceWith(op, x, axes, options);
}
