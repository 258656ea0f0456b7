import type { DType } from "@nn/backend";
import { DTypeError, describe } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { arange } from "../create/arange.js";
import { cast } from "./cast.js";
import { equal } from "./compare.js";
import { unsqueeze } from "./unsqueeze.js";

/**
 * 1 at the index and 0 elsewhere, along a new last dimension (torch.nn.functional.one_hot). An index out of range gives
 * all zeros.
 *
 * @param index i32
 * @param classes size of the new dimension
 * @throws DTypeError when the index is not i32.
 *
 * @example
 * ```ts
 * import { oneHot, tensor } from "@nn/tensor";
 *
 * await oneHot(tensor([1, 0], { dtype: "i32" }), 2).array(); // => [[0, 1], [1, 0]]
 * ```
 */
export function oneHot(index: Tensor, classes: number, dtype: DType = "f32"): Tensor {
  if (index.dtype === "i32") {
    const numbers = arange(classes, { dtype: "i32", backend: index.backend });
    return cast(equal(unsqueeze(index, -1), numbers), dtype);
  }
  throw new DTypeError({
    where: "oneHot",
    problem: "the index must be i32",
    rows: [["index", describe(index)]],
    fix: 'index.cast("i32")',
  });
}
