import { DataError, describe, isTensor, ShapeError, type Tensor } from "@nn/tensor";
import { weightsLike } from "../weighted-mean.js";
import { type Numbers, shapeOf, sizeOf } from "./columns.js";

/** What counts, and how much. */
export interface WeightOptions<B, R> {
  /** What each target counts: one number a sample or a target. Default: `weights` beside the loss, if there are any. */
  readonly weights?: (batch: B, rest: R) => Numbers;
  /** Which targets count (1 or true), one a sample or a target. Default: `mask` beside the loss, if there is one. */
  readonly mask?: (batch: B, rest: R) => Numbers;
}

/** An entry of an object, or nothing. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The targets of a batch, where the options do not say: beside the loss, else among the usual names in the batch. */
export function targetsIn(batch: unknown, rest: unknown): unknown {
  return field(rest, "targets") ?? (Array.isArray(batch) ? batch[1] : (field(batch, "y") ?? field(batch, "labels")));
}

/** Checks that something is a tensor or an array of numbers. */
export function isNumbers(value: unknown): value is Numbers {
  return isTensor(value) || ArrayBuffer.isView(value) || (Array.isArray(value) && typeof value[0] !== "object");
}

/** An error for what was not found. */
export function notFound(where: string, name: string, fix: string): DataError {
  return new DataError({
    where,
    problem: `there are no ${name} to compare`,
    rows: [["expected", `${name} as a tensor`]],
    fix: `${fix}, or say where they are: ${where}({ ${name}: (batch, rest) => … })`,
  });
}

/** The tensor or the array under a name. */
export function required(where: string, name: string, value: unknown, fix: string): Numbers {
  if (isNumbers(value)) return value;
  throw notFound(where, name, fix);
}

/** What each target counts: weights times mask, of the targets' shape. Nothing where all count the same. */
export function weightsOf<B, R>(
  where: string,
  batch: B,
  rest: R,
  targets: Numbers,
  options: WeightOptions<B, R>,
): Numbers | undefined {
  const given = [
    options.weights?.(batch, rest) ?? field(rest, "weights"),
    options.mask?.(batch, rest) ?? field(rest, "mask"),
  ].filter((value): value is Numbers => isNumbers(value));
  if (given.length === 0) return undefined;
  const fitting = given.map((weights) => likeTargets(where, weights, targets));
  const [first, second] = fitting;
  if (second === undefined) return first!;
  if (isTensor(first) && isTensor(second)) return first.cast("f32").mul(second.cast("f32"));
  if (isTensor(first) || isTensor(second)) throw mixed(where);
  return Array.from(first!, (weight, i) => weight * second[i]!);
}

function likeTargets(where: string, weights: Numbers, targets: Numbers): Numbers {
  if (!isTensor(weights)) {
    if (weights.length === sizeOf(targets)) return weights;
    throw misfit(where, weights, targets);
  }
  if (!isTensor(targets)) {
    if (weights.size === targets.length) return weights;
    throw misfit(where, weights, targets);
  }
  const fitting = weightsLike(targets.dtype === "f64" ? targets : targets.cast("f32"), weights);
  if (fitting === undefined) throw misfit(where, weights, targets);
  return fitting;
}

function misfit(where: string, weights: Numbers, targets: Numbers): ShapeError {
  return new ShapeError({
    where,
    problem: "weights and mask do not belong to the targets",
    rows: [
      ["weights", describeNumbers(weights)],
      ["targets", describeNumbers(targets)],
    ],
    fix: "give one number a sample, or one a target",
  });
}

function mixed(where: string): DataError {
  return new DataError({
    where,
    problem: "weights and mask are of two kinds",
    rows: [["expected", "two tensors, or two arrays"]],
    fix: "make a tensor of the array",
  });
}

/** Says what something is, in errors. */
export function describeNumbers(numbers: Numbers): string {
  return isTensor(numbers) ? describe(numbers as Tensor) : `array [${shapeOf(numbers).join(", ")}]`;
}
