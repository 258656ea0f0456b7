import { ShapeError, type Tensor } from "@nn/tensor";
import { checkFloats, rowsOf } from "../checks.js";

/** Throws unless prediction and target are real and of one shape: broadcasting here is almost always a mistake. */
export function checkPair(where: string, input: Tensor, target: Tensor): void {
  checkFloats(where, { input, target });
  if (input.shape.length === target.shape.length && input.shape.every((d: number, i: number) => d === target.shape[i]))
    return;
  const same = input.size === target.size;
  throw new ShapeError({
    where,
    problem: "input and target differ in shape",
    rows: rowsOf({ input, target }),
    fix: same
      ? "reshape one of them: target.reshape(input.shape)"
      : "make both the same shape; nothing is broadcast here",
  });
}
