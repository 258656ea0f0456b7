import { DataError, describe, isTensor, type Tensor } from "@nn/tensor";
import type { LossResult, Rest } from "./fit-options.js";

/** The loss of what a loss function gave, and what came with it. */
export function lossParts<R extends LossResult>(where: string, result: R): { loss: Tensor; rest: Rest<R> } {
  const given: unknown = result;
  if (isTensor(given)) return { loss: given, rest: {} as Rest<R> };
  if (typeof given === "object" && given !== null && "loss" in given && isTensor(given.loss)) {
    const { loss, ...rest } = given;
    return { loss: given.loss, rest: rest as Rest<R> };
  }
  const promise = typeof given === "object" && given !== null && "then" in given;
  throw new DataError({
    where,
    problem: "the loss function gave no loss",
    rows: [
      ["expected", "a tensor, or an object { loss, … }"],
      ["got", promise ? "a promise" : given === null ? "null" : typeof given],
    ],
    fix: promise
      ? "make it synchronous; what must be awaited belongs into the data"
      : "return it: loss: (model, { x, y }) => crossEntropy(model.forward(x), y)",
  });
}

/** How much the loss of a batch counts, where the loss function said: one number. */
export function lossWeight(rest: unknown): Tensor | undefined {
  const weight = typeof rest === "object" && rest !== null && "weight" in rest ? rest.weight : undefined;
  if (weight === undefined || (isTensor(weight) && weight.size === 1)) return weight;
  throw new DataError({
    where: "fit",
    problem: "the weight of a loss is one number, as a tensor",
    rows: [
      ["expected", "{ loss, weight } with weight of one element"],
      ["got", isTensor(weight) ? describe(weight) : typeof weight],
    ],
    fix: "return what weightedMean(losses, weights) gives; weights of samples for the metrics are named weights",
  });
}
