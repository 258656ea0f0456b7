import { baselines } from "./baselines.js";
import { isRight, type Judged } from "./cross-validation.js";
import type { Scores } from "./metrics.js";

/** Accuracy of all, by fold and by source. */
function scoresOf(name: string, judged: readonly Judged[], right: (one: Judged) => boolean): Scores {
  const part = (some: readonly Judged[]) => some.filter(right).length / some.length;
  const groups = <K>(key: (one: Judged) => K) =>
    [...new Set(judged.map(key))].map((value): [K, number] => [
      value,
      part(judged.filter((one) => key(one) === value)),
    ]);
  return {
    name,
    accuracy: part(judged),
    byFold: groups(({ fold }) => fold).map(([, accuracy]) => accuracy),
    bySource: Object.fromEntries(groups(({ source }) => source).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Accuracies of the net and of the baselines, and where they differ. */
export function compare(judged: readonly Judged[]) {
  const { name: _, ...net } = scoresOf("network", judged, isRight);
  const scores = baselines.map(({ name }, i) => scoresOf(name, judged, ({ naive, label }) => naive[i] === label));
  const baseline = scores.reduce((best, one) => (one.accuracy > best.accuracy ? one : best));
  const at = scores.indexOf(baseline);
  const naiveRight = ({ naive, label }: Judged) => naive[at] === label;
  return {
    ...net,
    baseline,
    baselines: scores,
    difference: net.accuracy - baseline.accuracy,
    onlyNet: judged.filter((one) => isRight(one) && !naiveRight(one)).length,
    onlyBaseline: judged.filter((one) => !isRight(one) && naiveRight(one)).length,
  };
}

/** A word, and what it adds to the logit of praise where it stands, on average. */
export interface WordWeight {
  readonly word: string;
  readonly count: number;
  readonly weight: number;
}

/** The words that speak most strongly for praise and for blame, of those that come often enough. */
export function strongestWords(judged: readonly Judged[], most: number, leastCount: number) {
  const totals = new Map<string, { count: number; sum: number }>();
  for (const { words, attribution } of judged) {
    for (const [i, word] of words.entries()) {
      const total = totals.get(word) ?? { count: 0, sum: 0 };
      total.count++;
      total.sum += attribution[i]!;
      totals.set(word, total);
    }
  }
  const weights = [...totals]
    .filter(([, { count }]) => count >= leastCount)
    .map(([word, { count, sum }]): WordWeight => ({ word, count, weight: sum / count }))
    .sort((a, b) => b.weight - a.weight);
  return { praise: weights.slice(0, most), blame: weights.slice(-most).reverse() };
}

/** Sentences worth a look: sure and right, wrong, and those that only the net or only the baseline got. */
export function examplesOf(judged: readonly Judged[], baseline: number, each: number) {
  const sureness = ({ praise }: Judged) => Math.abs(praise - 0.5);
  const readable = judged.filter(({ words }) => words.length >= 5 && words.length <= 30);
  const sure = [...readable].sort((a, b) => sureness(b) - sureness(a));
  const naiveRight = ({ naive, label }: Judged) => naive[baseline] === label;
  return {
    onlyNet: sure.filter((one) => isRight(one) && !naiveRight(one)).slice(0, each),
    onlyBaseline: sure.filter((one) => !isRight(one) && naiveRight(one)).slice(0, each),
    bothWrong: sure.filter((one) => !isRight(one) && !naiveRight(one)).slice(0, each),
    right: sure.filter((one) => isRight(one) && naiveRight(one)).slice(0, each),
  };
}
