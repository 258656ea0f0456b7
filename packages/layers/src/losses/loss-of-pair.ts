import { ShapeError, type Tensor } from "@nn/tensor";
import { rowsOf } from "../checks.js";
import { ownedBy } from "../owned-by.js";
import { checkPair } from "./check-pair.js";
import { checkReduction, type LossOptions, reduceLoss } from "./reduction.js";

/** A loss that has one element for each pair of elements of input and target: all checks, and the reduction. */
export function lossOfPair(
  name: string,
  input: Tensor,
  target: Tensor,
  { reduction = "mean", owner }: LossOptions,
  elements: () => Tensor,
): Tensor {
  return ownedBy(owner, () => {
    checkReduction(name, reduction);
    checkPair(name, input, target);
    return reduceLoss(elements(), reduction);
  });
}

/** Throws unless an operand broadcasts to the shape of the input: it may have fewer dimensions, and sizes of 1. */
export function checkBroadcasts(where: string, input: Tensor, name: string, operand: Tensor | undefined): void {
  if (operand === undefined) return;
  const skipped = input.rank - operand.rank;
  const fits = (d: number, i: number) => d === 1 || d === input.shape[skipped + i];
  if (skipped >= 0 && operand.dtype === input.dtype && operand.shape.every(fits)) return;
  throw new ShapeError({
    where,
    problem: `${name} does not fit the input`,
    rows: [...rowsOf({ input, [name]: operand }), ["expected", `${input.dtype}, of the input's sizes or 1`]],
    fix: `reshape ${name} so that its dimensions line up with the input's from the right`,
  });
}
