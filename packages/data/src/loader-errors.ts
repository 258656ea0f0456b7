import { DataError } from "@nn/tensor";

export function batchSizeError(batchSize: number): DataError {
  return new DataError({
    where: "DataLoader",
    problem: "the batch size is no positive integer",
    rows: [["got", String(batchSize)]],
    fix: "pass { batchSize: 32 }",
  });
}

export function prefetchError(prefetch: number): DataError {
  return new DataError({
    where: "DataLoader",
    problem: "prefetch is no count of batches",
    rows: [["got", String(prefetch)]],
    fix: "pass { prefetch: 2 }, or 0 to make each batch when it is asked for",
  });
}

export function emptyError(samples: number, batchSize: number): DataError {
  return new DataError({
    where: "DataLoader",
    problem: "the dataset does not fill a batch",
    rows: [
      ["dataset", `${samples} samples`],
      ["batch", `${batchSize} samples`],
    ],
    fix: samples === 0 ? "pass a dataset with samples" : "leave dropLast out, or make the batches smaller",
  });
}

export function exclusiveError(one: string, others: readonly string[]): DataError {
  return new DataError({
    where: "DataLoader",
    problem: `${one} already decides what ${others.join(" and ")} would`,
    rows: [["got", [one, ...others].join(", ")]],
    fix: `leave ${others.join(" and ")} out`,
  });
}

export function indexError(index: number, length: number): DataError {
  return new DataError({
    where: "DataLoader",
    problem: "the sampler gave an index that the dataset does not have",
    rows: [["expected", `integers from 0 to ${length - 1}`, `got ${index}`]],
    fix: "make the sampler for this dataset",
  });
}

export function batchesError(expected: number, got: number): DataError {
  return new DataError({
    where: "DataLoader",
    problem: "the batch sampler gave another number of batches than its length says",
    rows: [["expected", `${expected} batches`, `got ${got}`]],
    fix: "correct the sampler's length",
  });
}

export function stateError(epoch: number, batch: number, length: number): DataError {
  return new DataError({
    where: "DataLoader.restore",
    problem: "the state does not fit the loader",
    rows: [
      ["expected", `an epoch from 0, a batch from 0 to ${length}`],
      ["got", `epoch ${epoch}, batch ${batch}`],
    ],
    fix: "restore a state of a loader with the same dataset and batch size",
  });
}

export function promiseError(): DataError {
  return new DataError({
    where: "DataLoader",
    problem: "the dataset gives its samples as promises",
    fix: "loop with for await (const batch of loader)",
  });
}
