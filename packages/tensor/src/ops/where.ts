import { broadcastShapes, DTypeError, describe, ShapeError } from "@nn/backend";
import { defineOp } from "../core/op.js";
import { isTensor, type Tensor, type TensorLike } from "../core/tensor.js";
import { constant } from "../create/constant.js";

const op = defineOp({
  name: "where",
  broadcast: true,
  infer: ([condition, a, b]) => {
    if (condition!.dtype !== "bool" || a!.dtype !== b!.dtype) throw dtypeError(condition!, a!, b!);
    const values = broadcastShapes(a!.shape, b!.shape);
    const shape = values === null ? null : broadcastShapes(condition!.shape, values);
    if (shape !== null) return { dtype: a!.dtype, shape };
    throw new ShapeError({
      where: "where",
      problem: "the shapes do not broadcast",
      rows: operandRows(condition!, a!, b!),
      fix: "reshape or unsqueeze them so that the dimensions line up from the right",
    });
  },
  saves: { inputs: [0] },
  vjp: ({ g, inputs: [condition], need }) => [
    undefined,
    need[1] ? where(condition!, g, 0) : undefined,
    need[2] ? where(condition!, 0, g) : undefined,
  ],
});

/**
 * `a` where the condition (bool) is true, else `b`. Elementwise with broadcasting (torch.where).
 *
 * @throws DTypeError when the condition is not bool or `a` and `b` differ, ShapeError when the shapes do not broadcast.
 *
 * @example
 * ```ts
 * import { tensor, where } from "@nn/tensor";
 *
 * const x = tensor([-1, 2]);
 * await where(x.greater(0), x, 0).array(); // => [0, 2]
 * ```
 */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  const like = isTensor(a) ? a : isTensor(b) ? b : undefined;
  const dtype = like?.dtype ?? "f32";
  const left = isTensor(a) ? a : constant(a, dtype, condition.backend);
  const right = isTensor(b) ? b : constant(b, dtype, condition.backend);
  return op.call([condition, left, right], undefined);
}

function operandRows(condition: Tensor, a: Tensor, b: Tensor) {
  return [
    ["condition", describe(condition)],
    ["a", describe(a)],
    ["b", describe(b)],
  ] as const;
}

function dtypeError(condition: Tensor, a: Tensor, b: Tensor): DTypeError {
  return new DTypeError({
    where: "where",
    problem: "the condition must be bool, and both values of one dtype",
    rows: operandRows(condition, a, b),
    fix: "make the condition by a comparison (x.greater(0)), and cast one of the values",
  });
}
