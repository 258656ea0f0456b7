import { DTypeError, describe, ShapeError, type Tensor } from "@nn/tensor";

/**
 * How many steps of each sequence count: `(n)` i32, the number of trues in each row. Padding stands behind a sequence, so
 * a mask with a gap has no lengths, and this is not told from the values.
 *
 * @param mask bool `(n, t)`, true within the sequence
 * @throws ShapeError when the mask is not `(n, t)`, DTypeError when it is not bool.
 *
 * @example
 * ```ts
 * import { maskToLengths } from "@nn/recurrent";
 * import { tensor } from "@nn/tensor";
 *
 * await maskToLengths(tensor([[true, false], [true, true]])).array(); // => [1, 2]
 * ```
 */
export function maskToLengths(mask: Tensor): Tensor {
  const rows = [["mask", describe(mask)]] as const;
  if (mask.rank !== 2) {
    throw new ShapeError({
      where: "maskToLengths",
      problem: "the mask is not (n, t)",
      rows,
      fix: "mask.unsqueeze(0) makes a batch of one",
    });
  }
  if (mask.dtype !== "bool") {
    throw new DTypeError({
      where: "maskToLengths",
      problem: "the mask must be bool",
      rows,
      fix: "compare what marks padding: tokens.notEqual(padding)",
    });
  }
  return mask.cast("i32").sum(1);
}
