import type { Shape } from "@nn/backend";
import { isDense } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";

const op = defineOp<Record<never, never>>({
  name: "contiguous",
  kernel: "copy",
  infer: ([x]) => x!,
  saves: { inputs: [] },
  vjp: ({ g }) => [g],
});

/**
 * Dense and row-major: the tensor itself where it is, else a copy (torch's `contiguous`).
 *
 * @example
 * ```ts
 * import { contiguous, tensor } from "@nn/tensor";
 *
 * const t = tensor([[1, 2], [3, 4]]).transpose();
 * [t.strides, contiguous(t).strides]; // => [[1, 2], [2, 1]]
 * ```
 */
export function contiguous<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return isDense(x) ? x : op.call([x], {});
}

/**
 * Always a copy in a buffer of its own.
 *
 * @example
 * ```ts
 * import { clone, tensor } from "@nn/tensor";
 *
 * const x = tensor([1, 2]);
 * clone(x).buffer === x.buffer; // => false
 * ```
 */
export function clone<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], {});
}
