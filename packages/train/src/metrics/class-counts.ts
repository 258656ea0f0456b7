import { DataError, type Shape, type TypedArray } from "@nn/tensor";
import { type Metric, metric } from "../metric.js";
import { type DecisionOptions, decisionColumns, decisionsOf, ignored, noClass } from "./decisions.js";

/**
 * How the values of the classes become one: "macro" is their mean (classes that occur neither as a target nor as a
 * prediction are left out), "weighted" their mean by the number of targets, "micro" counts all decisions together,
 * "binary" looks at the class 1 alone.
 */
export type Average = "macro" | "micro" | "weighted" | "binary";

/** Where metrics of counted decisions find what they compare, and how they average. */
export interface CountOptions<B, R> extends DecisionOptions<B, R> {
  /** Default: "binary" for yes or no, else "macro". */
  readonly average?: Average;
}

/** Counts of one class, or of all. */
export interface Counts {
  /** Targets of this class that were taken for it. */
  readonly hits: number;
  /** What was taken for it. */
  readonly predicted: number;
  /** Targets of this class. */
  readonly support: number;
}

/**
 * A metric of hits, predictions and targets of each class. The state is one number and three for each class, whatever
 * the number of samples. `ratio` gives 0 where nothing was counted, as scikit-learn does.
 */
export function countMetric<B, R>(
  name: string,
  options: CountOptions<B, R>,
  ratio: (counts: Counts) => number,
): Metric<B, R> {
  checkThreshold(name, options.threshold);
  // The same in every batch: it hangs on the shapes.
  let binary = false;
  return metric({
    // Whether the classes are yes and no; then hits, predicted, support of class 0, of class 1, …
    initial: [0],
    measure: (batch, rest) => {
      const decisions = decisionsOf(name, batch, rest, options);
      binary = decisions.binary;
      return decisionColumns(decisions);
    },
    add(totals, values, shape) {
      if (binary) totals[0] = 1;
      addCounts(name, totals, values, shape);
    },
    compute: (totals) => averaged(totals, options.average, ratio),
  });
}

/** Adds `[predictions, targets, weights?]` to the counts from place 1 on. */
export function addCounts(name: string, totals: number[], values: TypedArray, shape: Shape): void {
  const size = shape[1]!;
  const weighted = shape[0] === 3;
  for (let i = 0; i < size; i++) {
    const predicted = values[i]!;
    const target = values[size + i]!;
    if (target === ignored) continue;
    const weight = weighted ? values[2 * size + i]! : 1;
    if (weight === 0) continue;
    if (target !== noClass) totals[place(name, totals, target) + 2]! += weight;
    if (predicted === noClass) continue;
    const at = place(name, totals, predicted);
    totals[at + 1]! += weight;
    if (predicted === target) totals[at]! += weight;
  }
}

function place(name: string, totals: number[], index: number): number {
  if (!(Number.isInteger(index) && index >= 0)) throw noIndex(name, index);
  const at = 1 + 3 * index;
  while (totals.length < at + 3) totals.push(0);
  return at;
}

/** The value of all classes. NaN where nothing was counted. */
function averaged(totals: readonly number[], average: Average | undefined, ratio: (counts: Counts) => number): number {
  const classes = countsOf(totals);
  const seen = classes.filter(({ predicted, support }) => predicted + support > 0);
  if (seen.length === 0) return Number.NaN;
  switch (average ?? (totals[0] === 1 ? "binary" : "macro")) {
    case "binary":
      return ratio(classes[1] ?? { hits: 0, predicted: 0, support: 0 });
    case "micro":
      return ratio({
        hits: sum(seen.map(({ hits }) => hits)),
        predicted: sum(seen.map(({ predicted }) => predicted)),
        support: sum(seen.map(({ support }) => support)),
      });
    case "weighted":
      return sum(seen.map((counts) => ratio(counts) * counts.support)) / sum(seen.map(({ support }) => support));
    case "macro":
      return sum(seen.map(ratio)) / seen.length;
  }
}

function countsOf(totals: readonly number[]): Counts[] {
  return Array.from({ length: (totals.length - 1) / 3 }, (_, i) => {
    const [hits, predicted, support] = totals.slice(1 + 3 * i, 4 + 3 * i) as [number, number, number];
    return { hits, predicted, support };
  });
}

/** A ratio that is 0 where there is nothing to divide by. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function noIndex(name: string, index: number): DataError {
  return new DataError({
    where: name,
    problem: "a target or a prediction is no class",
    rows: [
      ["expected", "integers from 0"],
      ["got", String(index)],
    ],
    fix: "pass the ignoreIndex of targets that do not count, or a mask",
  });
}

function checkThreshold(name: string, threshold: number | undefined): void {
  if (threshold === undefined || (threshold > 0 && threshold < 1)) return;
  throw new DataError({
    where: name,
    problem: "the threshold is a probability",
    rows: [
      ["expected", "a number between 0 and 1"],
      ["got", String(threshold)],
    ],
    fix: "leave it out for 0.5",
  });
}
