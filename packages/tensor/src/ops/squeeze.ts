import { describe, ShapeError } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { normalizeAxis } from "./reduce.js";
import { reshape } from "./reshape.js";

/**
 * Without the given dimension of size 1, or without all of them (torch.squeeze).
 *
 * @throws ShapeError when the dimension has another size: unlike in torch, it is not left alone silently.
 *
 * @example
 * ```ts
 * import { squeeze, zeros } from "@nn/tensor";
 *
 * squeeze(zeros([2, 1, 3]), 1).shape; // => [2, 3]
 * ```
 */
export function squeeze(x: Tensor, axis?: number): Tensor {
  const shape: readonly number[] = x.shape;
  if (axis === undefined)
    return reshape(
      x,
      shape.filter((d) => d !== 1),
    );
  const at = normalizeAxis("squeeze", x, axis);
  if (shape[at] === 1)
    return reshape(
      x,
      shape.filter((_, i) => i !== at),
    );
  throw new ShapeError({
    where: "squeeze",
    problem: "the dimension is not of size 1",
    rows: [
      ["input", describe(x)],
      ["axis", String(axis), `size ${shape[at]}`],
    ],
    fix: "pick one of its elements with at(…), or reduce it",
  });
}
