import naiveBayes from "wink-naive-bayes-text-classifier";
import prepText from "wink-naive-bayes-text-classifier/src/prep-text.js";
import type { Sentence } from "./data.js";

/** A naive Bayes classifier: how it reads a sentence. */
export interface Baseline {
  readonly name: string;
  readonly read: (sentence: Sentence) => readonly string[];
}

const prepared = new Map<string, readonly string[]>();

/** The library's own recipe: stems, each marked where it is negated, without stop words and marks. */
const ownRecipe: Baseline = {
  name: "naive Bayes, stems with negation",
  read({ text }) {
    let words = prepared.get(text);
    if (words === undefined) prepared.set(text, (words = prepText(text)));
    return words;
  },
};

/** What the net reads, order aside. */
const sameWords: Baseline = { name: "naive Bayes, the net's words", read: ({ words }) => words };

/** What the net is compared with. */
export const baselines = [ownRecipe, sameWords] as const;

/** Learns from some sentences and says of others whether they praise, as the library's documentation advises. */
export function classifyNaively({ read }: Baseline, train: readonly Sentence[], test: readonly Sentence[]): number[] {
  const classifier = naiveBayes();
  classifier.defineConfig({ considerOnlyPresence: true, smoothingFactor: 0.5 });
  // It takes texts; what was read of them already is looked up again.
  const words = new Map([...train, ...test].map((sentence) => [sentence.text, read(sentence)]));
  classifier.definePrepTasks([(text) => words.get(text)!]);
  for (const { text, label } of train) classifier.learn(text, String(label));
  classifier.consolidate();
  return test.map(({ text }) => Number(classifier.predict(text)));
}
