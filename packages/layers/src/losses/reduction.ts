import type { Tensor } from "@nn/tensor";
import { checkChoice } from "../checks.js";

/** What a loss gives: the mean of its elements, their sum, or each of them. */
export type Reduction = "mean" | "sum" | "none";

/** Options of all losses. */
export interface LossOptions {
  /** Default "mean". */
  readonly reduction?: Reduction;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/** Reduces the elements of a loss. */
export function reduceLoss(loss: Tensor, reduction: Reduction): Tensor {
  if (reduction === "mean") return loss.mean();
  return reduction === "sum" ? loss.sum() : loss;
}

/** Throws unless the reduction is one of the three. */
export function checkReduction(where: string, reduction: string): void {
  checkChoice(where, "reduction", reduction, ["mean", "sum", "none"]);
}
