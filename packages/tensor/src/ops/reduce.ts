import type { ReduceKind, Shape } from "@nn/backend";
import { DTypeError, describe, isFloat, ShapeError } from "@nn/backend";
import type { Op, VjpContext } from "../core/op.js";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { reshape } from "./reshape.js";

/** Options of all reductions. */
export interface ReduceOptions {
  /** Keeps the reduced dimensions with size 1. Default false. */
  readonly keepDims?: boolean;
}

/** Axes of a reduction: one, several, or all of them when undefined. Negative ones count from the end. */
export type Axes = number | readonly number[] | undefined;

export type ReduceAttrs = { readonly kind: ReduceKind; readonly axes: readonly number[] };

/** A reduction of the required `reduce` kernel; the op keeps reduced axes with size 1. */
export function defineReduce(
  kind: ReduceKind,
  emptyValue: number | undefined,
  saves: "input" | "both" | "nothing",
  vjp: ((context: VjpContext<ReduceAttrs>) => readonly (Tensor | undefined)[]) | null,
): Op<ReduceAttrs> {
  const logical = kind === "any" || kind === "all";
  return defineOp<ReduceAttrs>({
    name: kind,
    kernel: "reduce",
    infer: ([x], { axes }) => {
      if (!logical && x!.dtype === "bool") throw boolError(kind, x!);
      const shape = x!.shape as Shape;
      if (emptyValue === undefined && axes.some((axis) => shape[axis] === 0)) throw emptyError(kind, x!);
      return { dtype: x!.dtype, shape: shape.map((d, i) => (axes.includes(i) ? 1 : d)) };
    },
    ...(emptyValue === undefined ? {} : { emptyValue: () => emptyValue }),
    saves: { inputs: saves === "nothing" ? [] : [0], outputs: saves === "both" },
    vjp,
  });
}

/** Runs a reduction and drops the reduced axes unless they are to be kept. */
export function reduceWith(op: Op<ReduceAttrs>, x: Tensor, axes: Axes, options: ReduceOptions | undefined): Tensor {
  const kind = op.definition.name as ReduceKind;
  const list = normalizeAxes(kind, x, axes);
  if (list.length === 0) return x;
  const kept = op.call([x], { kind, axes: list });
  return options?.keepDims === true ? kept : reshape(kept, dropAxes(x.shape, list));
}

/** Sorted, non-negative, unique axes. */
export function normalizeAxes(where: string, x: Tensor, axes: Axes): readonly number[] {
  const rank = x.shape.length;
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const list = typeof axes === "number" ? [axes] : axes;
  const normal = list.map((axis) => normalizeAxis(where, x, axis)).sort((a, b) => a - b);
  if (new Set(normal).size === normal.length) return normal;
  throw new ShapeError({
    where,
    problem: "an axis is named twice",
    rows: [
      ["input", describe(x)],
      ["axes", `[${list.join(", ")}]`],
    ],
    fix: "name each axis once; negative axes count from the end",
  });
}

/**
 * A non-negative axis; a negative one counts from the end.
 *
 * @example
 * ```ts
 * import { normalizeAxis, zeros } from "@nn/tensor";
 *
 * normalizeAxis("sum", zeros([2, 3]), -1); // => 1
 * ```
 */
export function normalizeAxis(where: string, x: Tensor, axis: number): number {
  const rank = x.shape.length;
  const normal = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && normal >= 0 && normal < rank) return normal;
  throw new ShapeError({
    where,
    problem: "the axis does not exist",
    rows: [
      ["input", describe(x), `rank ${rank}`],
      ["axis", String(axis)],
    ],
    fix: rank === 0 ? "a scalar has no axes" : `use an axis from ${-rank} to ${rank - 1}`,
  });
}

/** The shape without the given axes. */
export function dropAxes(shape: Shape, axes: readonly number[]): number[] {
  return shape.filter((_, i) => !axes.includes(i));
}

/** Elements that each result is made of. */
export function reducedCount(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((count, axis) => count * shape[axis]!, 1);
}

/**
 * Throws unless the tensor is f32 or f64.
 *
 * @example
 * ```ts
 * import { requireFloat, zeros } from "@nn/tensor";
 *
 * requireFloat("mean", zeros([2])); // does not throw
 * ```
 */
export function requireFloat(where: string, x: Tensor): void {
  if (isFloat(x.dtype)) return;
  throw new DTypeError({
    where,
    problem: "the dtype does not fit",
    rows: [
      ["input", describe(x)],
      ["expected", "f32 or f64", `got ${x.dtype}`],
    ],
    fix: 'cast it first: x.cast("f32")',
  });
}

function boolError(kind: string, x: Tensor): DTypeError {
  return new DTypeError({
    where: kind,
    problem: "arithmetic on bool is not defined",
    rows: [["input", describe(x)]],
    fix: 'count with x.cast("i32").sum(), or use any and all',
  });
}

function emptyError(kind: string, x: Tensor): ShapeError {
  return new ShapeError({
    where: kind,
    problem: "there is nothing to reduce",
    rows: [["input", describe(x)]],
    fix: `check for emptiness first: the ${kind} of no elements is not defined`,
  });
}
