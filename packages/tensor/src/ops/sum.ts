import type { Tensor } from "../core/tensor.js";
import { expand } from "./expand.js";
import { type Axes, defineReduce, type ReduceOptions, reduceWith } from "./reduce.js";

const op = defineReduce("sum", 0, "nothing", ({ g, inputs: [x] }) => [expand(g, x!.shape)]);

/**
 * Sum over axes (torch.sum). f32 sums are accurate: backends accumulate in double precision or in blocks.
 *
 * @param axes the axes to reduce; all of them by default. Negative ones count from the end.
 * @throws ShapeError when an axis does not exist or is named twice.
 *
 * @example
 * ```ts
 * import { sum, tensor } from "@nn/tensor";
 *
 * await sum(tensor([[1, 2], [3, 4]]), 0).array(); // => [4, 6]
 * ```
 */
export function sum(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return reduceWith(op, x, axes, options);
}
