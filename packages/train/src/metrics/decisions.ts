import { arange, DataError, isTensor, type Tensor, where } from "@nn/tensor";
import type { Measurement } from "../metric.js";
import { areClasses } from "./class-options.js";
import { columns, type Numbers, sizeOf } from "./columns.js";
import { describeNumbers, field, required, targetsIn, type WeightOptions, weightsOf } from "./inputs.js";

/** Where metrics of decided classes find what they compare. */
export interface DecisionOptions<B, R> extends WeightOptions<B, R> {
  /**
   * Scores before softmax `[n, classes, …]`, the largest of which decides, or before sigmoid, of the targets' shape (or
   * `[n, 1]`). Default: `logits` beside the loss.
   */
  readonly logits?: (batch: B, rest: R) => Tensor;
  /** Instead of logits: probabilities of "yes", of the targets' shape. Default: `probabilities` beside the loss. */
  readonly probabilities?: (batch: B, rest: R) => Numbers;
  /** Instead of both: the classes decided for, of the targets' shape. Default: `predictions` beside the loss. */
  readonly predictions?: (batch: B, rest: R) => Numbers;
  /**
   * Class indices, or yes (1) and no (0). Default: `targets` beside the loss, else the batch's `y`, `labels` or second
   * entry.
   */
  readonly targets?: (batch: B, rest: R) => Numbers;
  /** Probability above which the answer is yes. Default 0.5. */
  readonly threshold?: number;
  /** Targets `[n, labels]` of several answers each, yes or no. Default false: one answer. */
  readonly multilabel?: boolean;
  /** Targets with this index do not count. */
  readonly ignoreIndex?: number;
}

/** Marks of a column of classes: no class (a label that is not set), and a target that does not count. */
export const noClass = -16_777_215;
export const ignored = -16_777_214;

/** Which class was decided for, which one it was, and what it counts. */
export interface Decisions {
  readonly predictions: Numbers;
  readonly targets: Numbers;
  readonly weights: Numbers | undefined;
  /** Whether the classes are yes (1) and no (0). */
  readonly binary: boolean;
}

/** The decisions of a batch as columns: predictions, targets and, where they differ, weights. */
export function decisionColumns({ predictions, targets, weights }: Decisions): Measurement {
  return columns(weights === undefined ? [predictions, targets] : [predictions, targets, weights]);
}

/** Decides by the largest logit, by the threshold, or takes the decisions that were made. */
export function decisionsOf<B, R>(where: string, batch: B, rest: R, options: DecisionOptions<B, R>): Decisions {
  const targets = required(
    where,
    "targets",
    options.targets?.(batch, rest) ?? targetsIn(batch, rest),
    "name the labels y in the batch, or return { loss, logits, targets }",
  );
  const weights = weightsOf(where, batch, rest, targets, options);
  const decided = decide(where, source(where, batch, rest, options), targets, options);
  const { ignoreIndex } = options;
  if (ignoreIndex === undefined) return { ...decided, weights };
  return { ...decided, targets: withoutIndex(targets, decided.targets, ignoreIndex), weights };
}

type Source = { readonly kind: "logits" | "probabilities" | "predictions"; readonly values: Numbers };

function source<B, R>(where: string, batch: B, rest: R, options: DecisionOptions<B, R>): Source {
  const kinds = ["logits", "probabilities", "predictions"] as const;
  const said = kinds.find((kind) => options[kind] !== undefined);
  const kind = said ?? kinds.find((kind) => field(rest, kind) !== undefined) ?? "logits";
  const found: unknown = said === undefined ? field(rest, kind) : options[kind]!(batch, rest);
  const values = required(where, kind, found, "return { loss, logits } from the loss function");
  return { kind, values };
}

function decide<B, R>(
  where: string,
  { kind, values }: Source,
  targets: Numbers,
  { multilabel = false, threshold = 0.5 }: DecisionOptions<B, R>,
): Omit<Decisions, "weights"> {
  if (kind === "logits" && isTensor(values) && isTensor(targets)) {
    // One score a row is a "yes" or "no", not a choice among one class.
    const choice = areClasses(values, targets) && values.shape[1] !== 1;
    if (choice) return { predictions: values.argmax(1), targets, binary: false };
  }
  if (sizeOf(values) !== sizeOf(targets)) throw misfit(where, kind, values, targets);
  if (!multilabel && kind !== "predictions" && isTensor(targets) && targets.rank === 2 && targets.shape[1] !== 1) {
    throw oneHot(where, targets);
  }
  if (kind === "predictions" && !multilabel) return { predictions: values, targets, binary: false };
  const least = kind === "logits" ? Math.log(threshold / (1 - threshold)) : kind === "probabilities" ? threshold : 0;
  if (!multilabel) return { predictions: yesNo(values, least), targets: yesNo(targets, 0), binary: true };
  if (!isTensor(values) || !isTensor(targets) || targets.rank < 2) throw noLabels(where, targets);
  const label = arange(targets.shape[1]!, { dtype: "i32", backend: targets.backend });
  return {
    predictions: labelsWhere(above(values.reshape(targets.shape), least), label),
    targets: labelsWhere(above(targets, 0), label),
    binary: false,
  };
}

function yesNo(values: Numbers, least: number): Numbers {
  if (isTensor(values)) return above(values, least).cast("i32");
  return Array.from(values, (value) => (value > least ? 1 : 0));
}

function above(values: Tensor, least: number): Tensor {
  return values.dtype === "bool" ? values : values.greater(least);
}

/** Number of the label where it is set. */
function labelsWhere(set: Tensor, label: Tensor): Tensor {
  const shape = [1, label.size, ...new Array<number>(set.rank - 2).fill(1)];
  return where(set, label.reshape(shape), noClass);
}

function withoutIndex(given: Numbers, targets: Numbers, ignoreIndex: number): Numbers {
  if (isTensor(given) && isTensor(targets)) return where(given.equal(ignoreIndex), ignored, targets);
  const marks = given as ArrayLike<number>;
  return Array.from(targets as ArrayLike<number>, (target, i) => (marks[i] === ignoreIndex ? ignored : target));
}

function misfit(where: string, name: string, values: Numbers, targets: Numbers): DataError {
  return new DataError({
    where,
    problem: `${name} and targets do not belong together`,
    rows: [
      [name, describeNumbers(values)],
      ["targets", describeNumbers(targets)],
      ["expected", "logits [n, classes, …] with targets i32 [n, …], or both of one shape"],
    ],
    fix: "give class indices: targets of one-hot rows are targets.argmax(1)",
  });
}

function noLabels(where: string, targets: Numbers): DataError {
  return new DataError({
    where,
    problem: "multilabel needs tensors with the labels in the second dimension",
    rows: [["targets", describeNumbers(targets)]],
    fix: "give targets [n, labels], or leave multilabel out",
  });
}

function oneHot(where: string, targets: Tensor): DataError {
  return new DataError({
    where,
    problem: "targets of several columns are either one-hot rows or labels",
    rows: [["targets", describeNumbers(targets)]],
    fix: "give class indices, such as targets.argmax(1), or pass multilabel: true",
  });
}
