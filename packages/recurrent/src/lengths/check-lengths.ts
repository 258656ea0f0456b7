import { DTypeError, describe, ShapeError, type Tensor } from "@nn/tensor";

/** Throws unless lengths are `(n)` i32. */
export function checkLengths(
  where: string,
  lengths: Tensor,
  n: number,
  operands: Readonly<Record<string, Tensor>>,
): void {
  const rows = Object.entries({ ...operands, lengths }).map(([name, value]) => [name, describe(value)] as const);
  if (lengths.rank !== 1 || lengths.shape[0] !== n) {
    throw new ShapeError({
      where,
      problem: "lengths do not match the batch",
      rows: [...rows, ["expected", `[${n}]`]],
      fix: `give one length for each sequence: tensor([…], { dtype: "i32" }) of shape [${n}]`,
    });
  }
  if (lengths.dtype === "i32") return;
  throw new DTypeError({ where, problem: "lengths must be i32", rows, fix: 'lengths.cast("i32")' });
}
