import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { arange } from "../create/arange.js";
import { bitonicArgsort } from "./bitonic-argsort.js";
import { normalizeAxis } from "./reduce.js";

const op = defineOp<{ readonly axis: number; readonly descending: boolean }>({
  name: "argsort",
  infer: ([x]) => ({ dtype: "i32", shape: x!.shape }),
  composed: ([x], { axis, descending }) => {
    if (x!.shape[axis]! < 2) {
      const index = arange(x!.shape[axis]!, { dtype: "i32", backend: x!.backend });
      return index.reshape(x!.shape.map((d: number, i: number) => (i === axis ? d : 1))).expand(x!.shape);
    }
    return bitonicArgsort(x!, axis, descending);
  },
  vjp: null,
});

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** Largest first. Default false. */
  readonly descending?: boolean;
}

/**
 * Indices (i32) that sort the elements along an axis; equal elements keep their order, NaN counts as the largest
 * (torch.argsort with stable=True).
 *
 * @throws ShapeError when the axis does not exist.
 *
 * @example
 * ```ts
 * import { argsort, tensor } from "@nn/tensor";
 *
 * await argsort(tensor([3, 1, 2])).array(); // => [1, 2, 0]
 * ```
 */
export function argsort(x: Tensor, axis = -1, options: SortOptions = {}): Tensor {
  return op.call([x], { axis: normalizeAxis("argsort", x, axis), descending: options.descending === true });
}
