import type { Tensor } from "../core/tensor.js";
import { defineElementwise } from "../elementwise/define-elementwise.js";
import { greaterEqual, lessEqual } from "./compare.js";
import { logicalAnd } from "./logical.js";
import { maximum } from "./maximum.js";
import { minimum } from "./minimum.js";
import { requireFloat } from "./reduce.js";
import { where } from "./where.js";

const op = defineElementwise({
  name: "clamp",
  body: ([x], [min, max]) => minimum(maximum(x!, min!), max!),
  gradient: (g, [x], [min, max]) => [where(logicalAnd(greaterEqual(x!, min!), lessEqual(x!, max!)), g, 0)],
});

/**
 * Limits the elements to `[min, max]` (torch.clamp). The gradient is 0 outside of the limits, and passes at them.
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { clamp, tensor } from "@nn/tensor";
 *
 * await clamp(tensor([-2, 0, 2]), -1, 1).array(); // => [-1, 0, 1]
 * ```
 */
export function clamp(x: Tensor, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): Tensor {
  requireFloat("clamp", x);
  return op.call([x], { scalars: [min, max] });
}
