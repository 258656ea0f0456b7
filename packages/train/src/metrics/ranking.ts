import { sigmoid, softmax } from "@nn/layers";
import { DataError, isTensor, type Shape, type Tensor, type TypedArray } from "@nn/tensor";
import { type Measurement, type Metric, metric } from "../metric.js";
import { areClasses } from "./class-options.js";
import { columns, type Numbers, shapeOf, sizeOf } from "./columns.js";
import { describeNumbers, field, required, targetsIn, type WeightOptions, weightsOf } from "./inputs.js";

/** Where metrics of ranked scores find what they compare. */
export interface RankingOptions<B, R> extends WeightOptions<B, R> {
  /**
   * Scores before sigmoid, one a sample, or before softmax `[n, classes]`: each class against the rest. Default: `logits`
   * beside the loss.
   */
  readonly logits?: (batch: B, rest: R) => Tensor;
  /** Instead of logits: probabilities, or any scores where larger is surer. Default: `probabilities` beside the loss. */
  readonly probabilities?: (batch: B, rest: R) => Numbers;
  /**
   * Yes (1) and no (0), or class indices (i32). Default: `targets` beside the loss, else the batch's `y`, `labels` or
   * second entry.
   */
  readonly targets?: (batch: B, rest: R) => Numbers;
  /** Targets `[n, labels]` of several answers each, yes or no. Default false. */
  readonly multilabel?: boolean;
  /** How the values of several classes or labels become one. Default "macro"; "micro" ranks all labels together. */
  readonly average?: "macro" | "micro" | "weighted";
  /**
   * Counts probabilities in this many bins instead of keeping every score: the state does not grow with the samples, and
   * the value is as fine as the bins. Default: none, which is exact and keeps two or three numbers a sample.
   */
  readonly bins?: number;
}

/** Scores in order, the largest first, each with the weight of the yes and of the no targets that have it. */
export interface Ranked {
  readonly yes: readonly number[];
  readonly no: readonly number[];
}

/** A metric of the order of scores: `value` of the ranked scores of each class. */
export function rankingMetric<B, R>(
  name: string,
  options: RankingOptions<B, R>,
  value: (ranked: Ranked) => number,
): Metric<B, R> {
  const { average = "macro", bins, multilabel = false } = options;
  if (bins !== undefined && !(Number.isInteger(bins) && bins > 1)) throw badBins(name, bins);
  return metric({
    // Classes, bins; then for each sample and class, or each class and bin: score, weight of yes, weight of no.
    initial: [0, bins ?? 0],
    measure: (batch, rest) => rankingColumns(name, batch, rest, options),
    add(totals, values, shape) {
      const classes = multilabel ? (shape[0]! - 1) / 2 : shape[0]! === 3 ? 1 : shape[0]! - 2;
      if (bins !== undefined && totals[0] === 0) startBins(totals, classes, bins);
      totals[0] = classes;
      addScores(name, totals, values, shape, { classes, multilabel, bins });
    },
    compute: (totals) => averagedRanking(totals, average, value),
  });
}

/** Where the entries begin. */
const start = 2;

interface Layout {
  readonly classes: number;
  readonly multilabel: boolean;
  readonly bins: number | undefined;
}

/** `[scores of each class …, targets …, weights]`. */
function rankingColumns<B, R>(name: string, batch: B, rest: R, options: RankingOptions<B, R>): Measurement {
  const targets = required(
    name,
    "targets",
    options.targets?.(batch, rest) ?? targetsIn(batch, rest),
    "name the labels y in the batch, or return { loss, logits, targets }",
  );
  const given = options.probabilities?.(batch, rest) ?? (options.logits ? undefined : field(rest, "probabilities"));
  const found = given ?? options.logits?.(batch, rest) ?? field(rest, "logits");
  const scores = required(name, "logits", found, "return { loss, logits } from the loss function");
  const isLogits = given === undefined;
  const choice = isTensor(scores) && isTensor(targets) && scores.rank === 2 && areClasses(scores, targets);
  if (choice && scores.shape[1]! > 1) return choiceColumns(name, batch, rest, scores, isLogits, targets, options);
  if (sizeOf(scores) !== sizeOf(targets)) throw misfit(name, scores, targets);
  // Logits rank as their probabilities do, without the ties of saturation; bins need the probabilities.
  const ranked = isLogits && options.bins !== undefined && isTensor(scores) ? sigmoid(scores) : scores;
  if (options.multilabel !== true) {
    const [, classes = 1] = shapeOf(targets);
    if (isTensor(targets) && targets.rank > 1 && classes > 1) throw misfit(name, scores, targets);
    return columns([ranked, targets, weightsOf(name, batch, rest, targets, options) ?? ones(targets)]);
  }
  if (!isTensor(ranked) || !isTensor(targets) || targets.rank !== 2) throw misfit(name, scores, targets);
  const [n, labels] = targets.shape as [number, number];
  const weights = weightsOf(name, batch, rest, targets.slice(1, 0, 1), options) ?? new Float64Array(n).fill(1);
  const parts = (matrix: Tensor) => Array.from({ length: labels }, (_, i) => matrix.slice(1, i, i + 1));
  return columns([...parts(ranked), ...parts(targets), weights]);
}

function choiceColumns<B, R>(
  name: string,
  batch: B,
  rest: R,
  scores: Tensor,
  isLogits: boolean,
  targets: Tensor,
  options: RankingOptions<B, R>,
): Measurement {
  const weights = weightsOf(name, batch, rest, targets, options) ?? ones(targets);
  const probabilities = isLogits ? softmax(scores, 1) : scores;
  const column = (i: number) => probabilities.slice(1, i, i + 1);
  if (scores.shape[1] === 2) return columns([column(1), targets, weights]);
  return columns([...Array.from({ length: scores.shape[1]! }, (_, i) => column(i)), targets, weights]);
}

function ones(like: Numbers): Numbers {
  return new Float64Array(sizeOf(like)).fill(1);
}

function startBins(totals: number[], classes: number, bins: number): void {
  for (let i = 0; i < classes * bins; i++) totals.push(((i % bins) + 0.5) / bins, 0, 0);
}

function addScores(name: string, totals: number[], values: TypedArray, shape: Shape, layout: Layout): void {
  const { classes, multilabel, bins } = layout;
  const [rows, n] = shape as [number, number];
  for (let i = 0; i < n; i++) {
    const weight = values[(rows - 1) * n + i]!;
    if (weight === 0) continue;
    for (let c = 0; c < classes; c++) {
      const score = values[c * n + i]!;
      const target = values[(classes + (multilabel ? c : 0)) * n + i]!;
      const yes = classes > 1 && !multilabel ? target === c : target > 0;
      if (bins === undefined) {
        totals.push(score, yes ? weight : 0, yes ? 0 : weight);
        continue;
      }
      if (!(score >= 0 && score <= 1)) throw noProbability(name, score);
      const bin = Math.min(bins - 1, Math.floor(score * bins));
      totals[start + 3 * (c * bins + bin) + (yes ? 1 : 2)]! += weight;
    }
  }
}

function averagedRanking(
  totals: readonly number[],
  average: "macro" | "micro" | "weighted",
  value: (ranked: Ranked) => number,
): number {
  const classes = totals[0]!;
  if (classes === 0) return Number.NaN;
  if (average === "micro") return value(ranked(entriesOf(totals, undefined)));
  const all = Array.from({ length: classes }, (_, c) => {
    const entries = entriesOf(totals, c);
    const support = entries.reduce((sum, [, yes]) => sum + yes, 0);
    return { value: value(ranked(entries)), weight: average === "weighted" ? support : 1 };
  });
  // A class without a target, or without any other, has no value.
  const defined = all.filter((entry) => !Number.isNaN(entry.value));
  const weight = defined.reduce((sum, entry) => sum + entry.weight, 0);
  return defined.reduce((sum, entry) => sum + entry.value * entry.weight, 0) / weight;
}

type Entry = readonly [score: number, yes: number, no: number];

/** The entries of one class, or of all. */
function entriesOf(totals: readonly number[], wanted: number | undefined): Entry[] {
  const [classes, bins] = totals as [number, number];
  const count = (totals.length - start) / 3;
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    const c = bins > 0 ? Math.floor(i / bins) : i % classes;
    if (wanted !== undefined && c !== wanted) continue;
    const at = start + 3 * i;
    entries.push([totals[at]!, totals[at + 1]!, totals[at + 2]!]);
  }
  return entries;
}

/** From the largest score down; equal scores are one. */
function ranked(entries: Entry[]): Ranked {
  entries.sort(([a], [b]) => b - a);
  const yes: number[] = [];
  const no: number[] = [];
  let last = Number.NaN;
  for (const [score, y, n] of entries) {
    if (score === last) {
      yes[yes.length - 1]! += y;
      no[no.length - 1]! += n;
    } else {
      yes.push(y);
      no.push(n);
    }
    last = score;
  }
  return { yes, no };
}

function misfit(where: string, scores: Numbers, targets: Numbers): DataError {
  return new DataError({
    where,
    problem: "logits and targets do not belong together",
    rows: [
      ["logits", describeNumbers(scores)],
      ["targets", describeNumbers(targets)],
      ["expected", "one score a target; logits [n, classes] with i32 [n]; or [n, labels] both, with multilabel: true"],
    ],
    fix: "give one logit a sample for yes or no, or class indices for [n, classes]",
  });
}

function badBins(where: string, bins: number): DataError {
  return new DataError({
    where,
    problem: "bins is not what it should be",
    rows: [
      ["expected", "an integer above 1"],
      ["got", String(bins)],
    ],
    fix: "leave it out for exact values, or pass bins: 1000",
  });
}

function noProbability(where: string, value: number): DataError {
  return new DataError({
    where,
    problem: "bins count probabilities",
    rows: [
      ["expected", "numbers from 0 to 1"],
      ["got", String(value)],
    ],
    fix: "pass logits, or leave bins out for scores of any range",
  });
}
