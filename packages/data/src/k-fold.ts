import { DataError } from "@nn/tensor";
import type { Dataset } from "./dataset.js";
import { type SeedOptions, streamOf } from "./random.js";
import { groupByLabel } from "./sampling/group-by-label.js";
import { subset } from "./subset.js";

/** What decides which sample is in which fold. */
export interface KFoldOptions extends SeedOptions {
  /** At random. Default true; false gives stretches of the order, and lets equals be decided by it. */
  readonly shuffle?: boolean;
  /** A label of each sample: every fold gets its share of every label. */
  readonly stratify?: ArrayLike<number>;
  /** A group of each sample, such as a patient: a group is never cut. Not together with stratify. */
  readonly groups?: ArrayLike<number>;
}

/** One of k ways to hold a part of the data back. */
export interface Fold<T> {
  readonly train: Dataset<T>;
  readonly validation: Dataset<T>;
}

/**
 * Cuts a dataset into k parts and gives each in turn as the validation set, the others as the training set
 * (scikit-learn's KFold, StratifiedKFold and GroupKFold). Sizes differ by one at most, but for groups, of which the
 * largest go first, each to the smallest fold.
 *
 * @throws DataError when there are fewer samples or groups than folds.
 *
 * @example
 * ```ts
 * import { kFold, TensorDataset } from "@nn/data";
 *
 * const all = new TensorDataset({ x: new Float32Array(10) });
 * const sizes = kFold(all, 3, { seed: 0 }).map(({ train, validation }) => [train.length, validation.length]);
 * sizes; // => [[6, 4], [7, 3], [7, 3]]
 * ```
 */
export function kFold<T>(dataset: Dataset<T>, folds: number, options: KFoldOptions = {}): Fold<T>[] {
  const { length } = dataset;
  const { shuffle = true, stratify, groups } = options;
  check(length, folds, stratify, groups);
  const order = shuffle ? streamOf(options, "kFold").shuffled(length) : Int32Array.from({ length }, (_, i) => i);
  const foldOf = groups !== undefined ? byGroup(order, folds, groups) : byShare(order, folds, stratify);
  return Array.from({ length: folds }, (_, fold) => ({
    train: subset(
      dataset,
      order.filter((index) => foldOf[index] !== fold),
    ),
    validation: subset(
      dataset,
      order.filter((index) => foldOf[index] === fold),
    ),
  }));
}

/** Plain: stretches of the order. With labels: dealt out in turn, label after label. */
function byShare(order: Int32Array, folds: number, labels: ArrayLike<number> | undefined): Int32Array {
  const foldOf = new Int32Array(order.length);
  if (labels === undefined) {
    const small = Math.floor(order.length / folds);
    const larger = order.length % folds;
    // The first folds have one more.
    const cut = larger * (small + 1);
    for (let i = 0; i < order.length; i++) {
      foldOf[order[i]!] = i < cut ? Math.floor(i / (small + 1)) : larger + Math.floor((i - cut) / small);
    }
    return foldOf;
  }
  groupByLabel(labels, order)
    .flat()
    .forEach((index, i) => (foldOf[index] = i % folds));
  return foldOf;
}

function byGroup(order: Int32Array, folds: number, groups: ArrayLike<number>): Int32Array {
  const foldOf = new Int32Array(order.length);
  const filled = new Int32Array(folds);
  const members = groupByLabel(groups, order);
  // Groups of one size go in the order of their first samples, which is random.
  const place = new Int32Array(order.length);
  order.forEach((index, i) => (place[index] = i));
  members.sort((a, b) => b.length - a.length || place[a[0]!]! - place[b[0]!]!);
  for (const group of members) {
    const fold = filled.indexOf(Math.min(...filled));
    filled[fold] = filled[fold]! + group.length;
    for (const index of group) foldOf[index] = fold;
  }
  return foldOf;
}

function check(
  length: number,
  folds: number,
  stratify: ArrayLike<number> | undefined,
  groups: ArrayLike<number> | undefined,
): void {
  const refuse = (problem: string, expected: string, got: string, fix: string) => {
    throw new DataError({ where: "kFold", problem, rows: [["expected", expected, `got ${got}`]], fix });
  };
  if (!(Number.isInteger(folds) && folds >= 2)) {
    refuse("the number of folds makes no sense", "an integer from 2 on", String(folds), "pass 5, say");
  }
  if (stratify !== undefined && groups !== undefined) {
    refuse("folds are either stratified or grouped", "one of the two", "stratify and groups", "leave one out");
  }
  for (const [name, list] of Object.entries({ stratify, groups })) {
    if (list === undefined || list.length === length) continue;
    refuse(
      `${name} needs an entry of each sample`,
      `${length} entries`,
      String(list.length),
      "pass one for each sample",
    );
  }
  const parts = groups === undefined ? length : new Set(Array.from(groups)).size;
  if (parts >= folds) return;
  const what = groups === undefined ? "samples" : "groups";
  refuse(`there are fewer ${what} than folds`, `${folds} ${what} or more`, String(parts), "pass fewer folds");
}
