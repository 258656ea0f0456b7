import type { ArgReduceKind, Shape } from "@nn/backend";
import { describe, ShapeError } from "@nn/backend";
import { defineOp, type Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { dropAxes, normalizeAxis, type ReduceOptions } from "./reduce.js";
import { reshape } from "./reshape.js";

export type ArgReduceAttrs = { readonly kind: ArgReduceKind; readonly axis: number };

/** An op of the required `argReduce` kernel; keeps the axis with size 1. */
export function defineArgReduce(name: string): Op<ArgReduceAttrs> {
  return defineOp<ArgReduceAttrs>({
    name,
    kernel: "argReduce",
    infer: ([x], { axis }) => {
      const shape = x!.shape as Shape;
      if (shape[axis] !== 0) return { dtype: "i32", shape: shape.map((d, i) => (i === axis ? 1 : d)) };
      throw new ShapeError({
        where: name,
        problem: "there is nothing to choose from",
        rows: [["input", describe(x!)]],
        fix: "check for emptiness first",
      });
    },
    vjp: null,
  });
}

/** Runs it along an axis, or over the flattened tensor when the axis is undefined. */
export function argReduceWith(
  op: Op<ArgReduceAttrs>,
  kind: ArgReduceKind,
  x: Tensor,
  axis: number | undefined,
  options: ReduceOptions | undefined,
): Tensor {
  if (axis === undefined) {
    const flat = reshape(x, [x.size]);
    const shape = options?.keepDims === true ? x.shape.map(() => 1) : [];
    return reshape(op.call([flat], { kind, axis: 0 }), shape);
  }
  const normal = normalizeAxis(op.definition.name, x, axis);
  const kept = op.call([x], { kind, axis: normal });
  return options?.keepDims === true ? kept : reshape(kept, dropAxes(x.shape, [normal]));
}
