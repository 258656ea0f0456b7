import { existsSync } from "node:fs";
import { CharacterTokenizer } from "@nn/data";
import { readSafetensors, writeSafetensors } from "@nn/io";
import { readFile, writeFileAtomic } from "@nn/io/node";
import { DataError, type Generator, loadStateDict, tensor } from "@nn/tensor";
import type { TrainingState } from "@nn/train";
import { UsageError } from "@nn-tooling/app-kit";
import { Writer } from "./model.js";
import { defaults, type Settings } from "./settings.js";

/** A training in one file: weights, the optimizer, the place in the text, and what is needed to write with it. */
export interface SavedRun {
  readonly settings: Settings;
  readonly tokenizer: CharacterTokenizer;
  readonly state: TrainingState;
}

const format = "nn-write-1";
/** Where `fit` puts the weights of the net. */
const weights = "model.writer.";

/** Writes a training as a safetensors file: at every moment the path holds one whole checkpoint. */
export async function saveRun(path: string, { settings, tokenizer, state }: SavedRun): Promise<void> {
  const { tensors, ...rest } = state;
  const run = JSON.stringify({ settings, alphabet: tokenizer, state: rest });
  await writeFileAtomic(path, writeSafetensors(tensors, { format, run }));
}

/**
 * Reads what `saveRun` wrote.
 *
 * @throws UsageError when there is no such file, DataError when it is damaged or something else.
 */
export async function loadRun(path: string): Promise<SavedRun> {
  if (!existsSync(path)) {
    throw new UsageError(
      `there is no checkpoint "${path}".\nName one with --checkpoint, or make it first: npm start -- write`,
    );
  }
  const { tensors, metadata } = readSafetensors(await readFile(path));
  if (metadata.format !== format || metadata.run === undefined) {
    throw new DataError({
      where: "loadRun",
      problem: "the file is no checkpoint of this program",
      rows: [
        ["file", path],
        ["expected", `format "${format}"`, `got ${JSON.stringify(metadata.format ?? null)}`],
      ],
      fix: "name the file that npm start -- write made",
    });
  }
  const { settings, alphabet, state } = JSON.parse(metadata.run);
  return {
    settings: { ...defaults, ...settings },
    tokenizer: new CharacterTokenizer(alphabet),
    state: { ...state, tensors },
  };
}

/** The net of a checkpoint, without what only its training needs. */
export function writerOf({ settings, tokenizer, state }: SavedRun, generator: Generator): Writer {
  const writer = new Writer(tokenizer.size, settings, generator);
  const entries = Object.entries(state.tensors)
    .filter(([name]) => name.startsWith(weights))
    .map(([name, { data, dtype, shape }]) => [name.slice(weights.length), tensor(data, { dtype, shape })] as const);
  loadStateDict(writer, Object.fromEntries(entries));
  for (const [, value] of entries) value.dispose();
  return writer;
}
