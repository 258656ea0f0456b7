import { DataError, describe, isTensor, type Tensor } from "@nn/tensor";
import { field, notFound, targetsIn, type WeightOptions } from "./inputs.js";

/** Where metrics of classes find what they compare. */
export interface ClassOptions<B, R> extends WeightOptions<B, R> {
  /** Scores of the classes `[n, classes, …]`. Default: `logits` of what the loss function returned. */
  readonly logits?: (batch: B, rest: R) => Tensor;
  /** Class indices (i32) `[n, …]`. Default: `targets` beside the loss, else the batch's `y`, `labels` or second entry. */
  readonly targets?: (batch: B, rest: R) => Tensor;
  /** Targets with this index do not count. */
  readonly ignoreIndex?: number;
}

/** Scores and targets of a batch, checked. */
export function classesOf<B, R>(where: string, batch: B, rest: R, options: ClassOptions<B, R>) {
  const logits = options.logits?.(batch, rest) ?? field(rest, "logits");
  const targets = options.targets?.(batch, rest) ?? targetsIn(batch, rest);
  if (!isTensor(logits)) throw notFound(where, "logits", "return { loss, logits } from the loss function");
  if (!isTensor(targets)) {
    throw notFound(where, "targets", "name the labels y in the batch, or return { loss, logits, targets }");
  }
  if (!areClasses(logits, targets)) {
    throw new DataError({
      where,
      problem: "logits and targets do not belong together",
      rows: [
        ["logits", describe(logits), "n classes …"],
        ["targets", describe(targets), "expected i32, n …"],
      ],
      fix: "give class indices: targets of one-hot rows are targets.argmax(1)",
    });
  }
  return { logits, targets };
}

/** Whether there is a class index for each row of logits. */
export function areClasses(logits: Tensor, targets: Tensor): boolean {
  const [n, , ...rows] = logits.shape as number[];
  return logits.rank >= 2 && String([n, ...rows]) === String(targets.shape) && targets.dtype === "i32";
}
