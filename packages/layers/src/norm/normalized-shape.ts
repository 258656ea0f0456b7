import { DataError, describe, ShapeError, type Tensor } from "@nn/tensor";
import { checkFloats, rowsOf } from "../checks.js";

/** The sizes of the last dimensions that a layer norm or RMS norm goes over. */
export function sizesOf(where: string, normalizedShape: number | readonly number[]): readonly number[] {
  const sizes = typeof normalizedShape === "number" ? [normalizedShape] : normalizedShape;
  if (sizes.length > 0 && sizes.every((size) => Number.isInteger(size) && size > 0)) return sizes;
  throw new DataError({
    where,
    problem: "normalizedShape holds no sizes",
    rows: [
      ["expected", "a positive integer, or a list of them"],
      ["got", `[${sizes.join(", ")}]`],
    ],
    fix: "pass the sizes of the last dimensions: 64, or [8, 8]",
  });
}

/** Throws unless the input ends with the sizes, and weight and bias have them. */
export function checkNormalized(
  where: string,
  x: Tensor,
  sizes: readonly number[],
  weight?: Tensor,
  bias?: Tensor,
): void {
  checkFloats(where, { input: x, weight, bias });
  const isOf = (shape: readonly number[]) => shape.length === sizes.length && shape.every((d, i) => d === sizes[i]);
  const fits = isOf(x.shape.slice(-sizes.length));
  if (fits && [weight, bias].every((p) => p === undefined || isOf(p.shape))) return;
  const expected = sizes.join(", ");
  throw new ShapeError({
    where,
    problem: fits
      ? "weight and bias do not have the normalized shape"
      : "the input does not end with the normalized shape",
    rows: fits
      ? [...rowsOf({ input: x, weight, bias }), ["expected", `[${expected}]`]]
      : [
          ["input", describe(x)],
          ["expected", `[…, ${expected}]`],
        ],
    fix: fits
      ? `make them with ones([${expected}]) and zeros([${expected}])`
      : "make the layer for the features of the layer before it",
  });
}
