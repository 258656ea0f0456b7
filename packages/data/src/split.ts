import { DataError } from "@nn/tensor";
import type { Dataset } from "./dataset.js";
import { type SeedOptions, streamOf } from "./random.js";
import { groupByLabel } from "./sampling/group-by-label.js";
import { subset } from "./subset.js";

/** What decides which sample goes where. */
export interface SplitOptions extends SeedOptions {
  /** A label of each sample: every part gets its share of every label. */
  readonly stratify?: ArrayLike<number>;
}

/**
 * Splits a dataset at random into parts that do not overlap (torch.utils.data.random_split).
 *
 * @param parts fractions that add up to 1, or counts that add up to the length
 * @throws DataError when they do not add up.
 *
 * @example
 * ```ts
 * import { split, TensorDataset } from "@nn/data";
 *
 * const all = new TensorDataset({ x: new Float32Array(10) });
 * const [train, test] = split(all, [0.8, 0.2], { seed: 1 });
 * [train.length, test.length]; // => [8, 2]
 * ```
 */
export function split<T, const P extends readonly number[]>(
  dataset: Dataset<T>,
  parts: P,
  options: SplitOptions = {},
): { -readonly [K in keyof P]: Dataset<T> } {
  const { stratify } = options;
  const order = streamOf(options, "split").shuffled(dataset.length);
  const counts = countsOf("split", dataset.length, parts);
  if (stratify !== undefined && stratify.length !== dataset.length) throw labelsError(dataset.length, stratify.length);
  const chosen = stratify === undefined ? cut(order, counts) : cutEach(order, counts, stratify);
  return chosen.map((indices) => subset(dataset, indices)) as { -readonly [K in keyof P]: Dataset<T> };
}

/** Counts as they are; fractions of the length, what rounding leaves over to the largest remainders. */
export function countsOf(where: string, length: number, parts: readonly number[]): number[] {
  const total = parts.reduce((sum, part) => sum + part, 0);
  const valid = parts.length > 0 && parts.every((part) => part >= 0);
  if (valid && parts.every(Number.isInteger) && total === length) return [...parts];
  if (!valid || Math.abs(total - 1) > 1e-6) throw partsError(where, length, parts);
  return shares(
    parts.map((part) => part * length),
    length,
  );
}

/** Integers that add up to the total and differ from the exact shares by less than one. */
function shares(exact: readonly number[], total: number): number[] {
  // A fraction such as 0.7 times 10 must not lose a sample to a rounding in the last bit.
  const counts = exact.map((share) => Math.floor(share + 1e-9));
  const order = exact.map((share, i) => ({ i, rest: share - counts[i]! })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  let left = total - counts.reduce((sum, count) => sum + count, 0);
  for (let k = 0; left > 0; k++, left--) counts[order[k % order.length]!.i]!++;
  return counts;
}

function cut(order: Int32Array, counts: readonly number[]): Int32Array[] {
  let at = 0;
  return counts.map((count) => order.subarray(at, (at += count)));
}

/**
 * Cuts each label's samples by the shares. The samples of all labels lie one after another on a line; a part takes of
 * each label what its running share of the line gains there, so that the parts' totals come out exactly.
 */
function cutEach(order: Int32Array, counts: readonly number[], labels: ArrayLike<number>): Int32Array[] {
  const chosen: number[][] = counts.map(() => []);
  const lists = groupByLabel(labels, order);
  const given = counts.map(() => 0);
  let seen = 0;
  for (const list of lists) {
    seen += list.length;
    const due = shares(
      counts.map((count) => (count * seen) / order.length),
      seen,
    );
    let at = 0;
    for (let part = 0; part < counts.length; part++) {
      const take = Math.min(Math.max(0, due[part]! - given[part]!), list.length - at);
      chosen[part]!.push(...list.slice(at, (at += take)));
      given[part]! += take;
    }
    for (let part = 0; at < list.length; part = (part + 1) % counts.length) {
      if (given[part]! >= due[part]!) continue;
      chosen[part]!.push(list[at++]!);
      given[part]!++;
    }
  }
  // The labels stand one after another; what is read in order should not.
  const place = new Int32Array(order.length);
  order.forEach((index, i) => (place[index] = i));
  return chosen.map((indices) => Int32Array.from(indices).sort((a, b) => place[a]! - place[b]!));
}

function partsError(where: string, length: number, parts: readonly number[]): DataError {
  return new DataError({
    where,
    problem: "the parts do not add up",
    rows: [["expected", `fractions that add up to 1, or counts that add up to ${length}`, `got [${parts.join(", ")}]`]],
    fix: "correct the parts, such as [0.8, 0.2]",
  });
}

function labelsError(length: number, got: number): DataError {
  return new DataError({
    where: "split",
    problem: "stratify needs a label of each sample",
    rows: [["expected", `${length} labels`, `got ${got}`]],
    fix: "pass the labels of this dataset",
  });
}
