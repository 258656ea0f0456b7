import { isTensor, type NestedArray, type Tensor } from "@nn/tensor";
import { CheckError } from "./check-error.js";
import { differenceRows, findDifference, type Tolerance } from "./compare.js";

/** Numbers to compare: a tensor, nested arrays, or a flat array of any kind. */
export type Numbers = Tensor | NestedArray | ArrayLike<number>;

/**
 * Throws unless all numbers are close: each within `max(atol, rtol · |expected|)` of the expected one. NaN equals NaN
 * and an infinity equals itself. Shapes are compared where both sides have one; a flat array has none.
 *
 * @throws CheckError that shows the worst element.
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { expectClose } from "@nn/testing";
 *
 * await expectClose(tensor([1, 4]).sqrt(), [1, 2]);
 * await expectClose(tensor([0.1]), [0.1], { rtol: 1e-7 });
 * ```
 */
export async function expectClose(actual: Numbers, expected: Numbers, tolerance: Tolerance = {}): Promise<void> {
  const got = await flat(actual);
  const wanted = await flat(expected);
  const shape = wanted.shape ?? got.shape ?? [wanted.values.length];
  const shapesDiffer = got.shape !== undefined && wanted.shape !== undefined && `${got.shape}` !== `${wanted.shape}`;
  if (shapesDiffer || got.values.length !== wanted.values.length) {
    throw new CheckError("expectClose", "the shapes differ", [
      ["expected", `[${(wanted.shape ?? [wanted.values.length]).join(", ")}]`],
      ["got", `[${(got.shape ?? [got.values.length]).join(", ")}]`],
    ]);
  }
  const difference = findDifference(got.values, wanted.values, tolerance);
  if (difference !== null) throw new CheckError("expectClose", "the numbers differ", differenceRows(difference, shape));
}

async function flat(numbers: Numbers): Promise<{ values: ArrayLike<number>; shape?: readonly number[] }> {
  if (isTensor(numbers)) return { values: await numbers.data(), shape: numbers.shape };
  if (typeof numbers === "number" || typeof numbers === "boolean") return { values: [Number(numbers)], shape: [] };
  if (!Array.isArray(numbers)) return { values: numbers as ArrayLike<number> };
  const shape: number[] = [];
  for (let level: unknown = numbers; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values = (numbers as readonly unknown[]).flat(Number.POSITIVE_INFINITY);
  return shape.length === 1 ? { values: values.map(Number) } : { values: values.map(Number), shape };
}
