import { Generator } from "@nn/tensor";
import { attributionsOf } from "./attribution.js";
import { baselines, classifyNaively } from "./baselines.js";
import { foldsOf, type Sentence } from "./data.js";
import type { Settings } from "./settings.js";
import { type Member, praiseOf, trainMembers } from "./training.js";

/** A sentence, and what was said of it by those who had not seen it. */
export interface Judged extends Sentence {
  readonly fold: number;
  /** How likely the net says it praises. */
  readonly praise: number;
  /** What each word adds to the net's logit. */
  readonly attribution: Float32Array;
  /** Whether each baseline says that it praises, 1 or 0. */
  readonly naive: readonly number[];
}

/** What a cross-validation gives. */
export interface CrossValidation {
  readonly judged: readonly Judged[];
  /** The nets of the first fold, which the report shows. */
  readonly first: readonly Member[];
  /** Mean accuracy of single members on the sentences of their fold. */
  readonly memberAccuracy: number;
}

/** Calls for those who wait. */
export interface Watcher {
  onMember?(fold: number, member: Member): void;
  onFold?(fold: number, judged: readonly Judged[]): void;
}

/** Judges every sentence by nets and baselines that were trained on the other folds alone. */
export async function crossValidate(
  sentences: readonly Sentence[],
  settings: Settings,
  watcher: Watcher = {},
): Promise<CrossValidation> {
  const random = new Generator(settings.seed);
  const judged: Judged[] = [];
  let first: readonly Member[] = [];
  let alone = 0;
  for (const [fold, { train, rest }] of foldsOf(sentences, settings.folds, random.split("folds")).entries()) {
    const members = await trainMembers(train, settings, random.split(`fold ${fold}`), (member) =>
      watcher.onMember?.(fold, member),
    );
    if (fold === 0) first = members;
    const praise = await praiseOf(members, rest);
    for (const member of members) alone += rightOnes(rest, await praiseOf([member], rest)) / members.length;
    const attributions = await attributionsOf(members, rest);
    const naive = baselines.map((baseline) => classifyNaively(baseline, train, rest));
    const ofFold = rest.map((sentence, i) => ({
      ...sentence,
      fold,
      praise: praise[i]!,
      attribution: attributions[i]!,
      naive: naive.map((said) => said[i]!),
    }));
    judged.push(...ofFold);
    watcher.onFold?.(fold, ofFold);
  }
  return { judged, first, memberAccuracy: alone / judged.length };
}

function rightOnes(sentences: readonly Sentence[], praise: ArrayLike<number>): number {
  return sentences.filter(({ label }, i) => saysPraise(praise[i]!) === (label === 1)).length;
}

/** Whether so likely is taken for praise. */
export function saysPraise(praise: number): boolean {
  return praise > 0.5;
}

/** Whether the net was right. */
export function isRight({ praise, label }: Judged): boolean {
  return saysPraise(praise) === (label === 1);
}
