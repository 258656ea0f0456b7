import type { DType, Shape } from "@nn/backend";
import { maxRank, ShapeError } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Ranked, ShapeArgument } from "../core/ranked.js";
import type { Tensor } from "../core/tensor.js";
import { type CreateOptions, resolveOptions } from "./options.js";

const op = defineOp<{ readonly shape: Shape; readonly dtype: DType }>({
  name: "full",
  kernel: "fill",
  infer: (_, attrs) => attrs,
  vjp: null,
});

/**
 * A tensor of one value (torch.full).
 *
 * @throws ShapeError when a dimension is negative or no integer, or the rank is above 8.
 *
 * @example
 * ```ts
 * import { full } from "@nn/tensor";
 *
 * await full([2], 7).array(); // => [7, 7]
 * ```
 */
export function full<S extends ShapeArgument>(shape: S, value: number, options?: CreateOptions): Tensor<Ranked<S>> {
  const { dtype, backend } = resolveOptions(options);
  checkShape("full", shape);
  return op.call([], { shape, dtype }, { scalars: [value], backend });
}

/** Throws unless every dimension is a non-negative integer and the rank is at most 8. */
export function checkShape(where: string, shape: Shape): void {
  if (shape.length <= maxRank && shape.every((d) => Number.isInteger(d) && d >= 0)) return;
  throw new ShapeError({
    where,
    problem: "this is no shape",
    rows: [
      ["expected", `up to ${maxRank} integers that are 0 or more`],
      ["got", `[${shape.join(", ")}]`],
    ],
    fix: "check the dimensions that the shape is made of",
  });
}
