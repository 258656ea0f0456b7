import type { Shape } from "@nn/backend";
import { broadcastShapes, DTypeError, describe, isFloat, ShapeError, sameShape } from "@nn/backend";
import { defineOp, type Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { expand } from "./expand.js";
import { reshape } from "./reshape.js";
import { transpose } from "./transpose.js";

const op: Op = defineOp({
  name: "matmul",
  infer: ([a, b]) => ({
    dtype: a!.dtype,
    shape: [...a!.shape.slice(0, -1), b!.shape[b!.shape.length - 1]!],
  }),
  emptyValue: () => 0,
  vjp: ({ g, inputs: [a, b], need }) => [
    need[0] ? op.call([g, transpose(b!)], undefined) : undefined,
    need[1] ? op.call([transpose(a!), g], undefined) : undefined,
  ],
});

/**
 * Matrix product of the last two dimensions, batched over the others with broadcasting (torch.matmul). A vector on the
 * left is a row, on the right a column; its dimension is dropped from the result. Transposed operands cost nothing.
 *
 * @param a `(…, m, k)` or `(k)`
 * @param b `(…, k, n)` or `(k)`
 * @returns `(…, m, n)`
 * @throws ShapeError when the inner sizes differ or the batch dimensions do not broadcast; DTypeError for other dtypes
 * than f32 and f64.
 *
 * @example
 * ```ts
 * import { matmul, tensor } from "@nn/tensor";
 *
 * await matmul(tensor([[1, 2], [3, 4]]), tensor([[0, 1], [1, 0]])).array(); // => [[2, 1], [4, 3]]
 * ```
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  check(a, b);
  const left = a.rank === 1 ? reshape(a, [1, a.shape[0]!]) : a;
  const right = b.rank === 1 ? reshape(b, [b.shape[0]!, 1]) : b;
  const batch = batchShape(a, b, left, right);
  const product = op.call([withBatch(left, batch), withBatch(right, batch)], undefined);
  if (a.rank > 1 && b.rank > 1) return product;
  const shape = [...batch];
  if (a.rank > 1) shape.push(a.shape[a.rank - 2]!);
  if (b.rank > 1) shape.push(b.shape[b.rank - 1]!);
  return reshape(product, shape);
}

function withBatch(x: Tensor, batch: Shape): Tensor {
  const own = x.shape as Shape;
  if (own.length === batch.length + 2 && sameShape(own.slice(0, -2), batch)) return x;
  return expand(x, [...batch, own[own.length - 2]!, own[own.length - 1]!]);
}

function batchShape(a: Tensor, b: Tensor, left: Tensor, right: Tensor): Shape {
  const batch = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2));
  if (batch !== null) return batch;
  throw new ShapeError({
    where: "matmul",
    problem: "the batch dimensions do not broadcast",
    rows: [
      ["left", describe(a)],
      ["right", describe(b)],
    ],
    fix: "all dimensions before the last two must be equal or 1",
  });
}

function check(a: Tensor, b: Tensor): void {
  const rows = [
    ["left", describe(a), "… m k"],
    ["right", describe(b), "… k n"],
  ] as const;
  if (a.dtype !== b.dtype || !isFloat(a.dtype)) {
    throw new DTypeError({
      where: "matmul",
      problem: "the operands must both be f32 or both f64",
      rows,
      fix: 'cast them first: x.cast("f32")',
    });
  }
  const inner = a.shape[a.rank - 1];
  const outer = b.rank === 1 ? b.shape[0] : b.shape[b.rank - 2];
  if (a.rank > 0 && b.rank > 0 && inner === outer) return;
  throw new ShapeError({
    where: "matmul",
    problem: a.rank === 0 || b.rank === 0 ? "a scalar has no matrix product" : "the inner sizes differ",
    rows: [...rows, ["expected", `k = ${inner ?? "none"}, got ${outer ?? "none"}`]],
    fix: a.rank === 0 || b.rank === 0 ? "use mul" : "transpose one of them, or check the layer before it",
  });
}
