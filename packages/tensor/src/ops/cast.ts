import type { DType, Shape } from "@nn/backend";
import { isFloat } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";

const op = defineOp<{ readonly dtype: DType }>({
  name: "cast",
  infer: ([x], { dtype }) => ({ dtype, shape: x!.shape }),
  saves: { inputs: [] },
  vjp: ({ g, inputs: [x] }) => [isFloat(g.dtype) ? cast(g, x!.dtype) : undefined],
});

/**
 * The elements in another dtype (torch's `to`): to i32 truncates, to bool is `x !== 0`. The tensor itself where the
 * dtype is the same. Gradients flow between f32 and f64.
 *
 * @throws UnsupportedError when the backend has no such dtype.
 *
 * @example
 * ```ts
 * import { cast, tensor } from "@nn/tensor";
 *
 * await cast(tensor([1.7, -1.7]), "i32").array(); // => [1, -1]
 * ```
 */
export function cast<S extends Shape>(x: Tensor<S>, dtype: DType): Tensor<S> {
  return x.dtype === dtype ? x : op.call([x], { dtype });
}
