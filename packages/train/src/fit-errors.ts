import { DataError } from "@nn/tensor";

/** An epoch without a batch. */
export function noBatchError(epoch: number): DataError {
  return new DataError({
    where: "fit",
    problem: epoch === 1 ? "the data gave no batch" : `the data gave no batch in epoch ${epoch}`,
    rows: [["expected", "at least one batch in every epoch"]],
    fix:
      epoch === 1
        ? "check the size of the data set (dropLast with a batch size above it leaves nothing)"
        : "pass data that can be gone through again: a DataLoader or an array, not the object of a generator function",
  });
}

/** A loss that is NaN or infinite. */
export function notFiniteError(loss: number, epoch: number, batch: number, step: number): DataError {
  return new DataError({
    where: "fit",
    problem: `the loss is ${loss}`,
    rows: [
      ["epoch", String(epoch)],
      ["batch", String(batch)],
      ["step", String(step)],
    ],
    fix: "lower the learning rate, set clipNorm, look for NaN in the data; detectNaN() finds the op; allowNonFinite goes on",
  });
}
