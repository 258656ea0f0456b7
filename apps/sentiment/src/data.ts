import {
  bucketBatchSampler,
  DataLoader,
  type Dataset,
  type HostArray,
  kFold,
  padSequences,
  Vocabulary,
} from "@nn/data";
import { loadSentences, type SentenceSource } from "@nn/data/node";
import { type Generator, type Tensor, where } from "@nn/tensor";
import { type Words, wordsOf } from "./words.js";

/** A sentence of a review. */
export interface Sentence extends Words {
  readonly text: string;
  /** 1 praises, 0 blames. */
  readonly label: number;
  readonly source: SentenceSource;
}

/** Reads the 3,000 sentences, or so many of them, spread evenly. */
export async function readSentences(count?: number): Promise<Sentence[]> {
  const { texts, labels, sources } = await loadSentences({ from: import.meta.url });
  const step = texts.length / (count ?? texts.length);
  return Array.from({ length: Math.round(texts.length / step) }, (_, i) => {
    const at = Math.floor(i * step);
    return { text: texts[at]!, ...wordsOf(texts[at]!), label: labels[at]!, source: sources[at]! };
  });
}

/** Cuts sentences into parts, each with its share of praise, and gives each in turn with all the others. */
export function foldsOf(sentences: readonly Sentence[], folds: number, generator: Generator) {
  const dataset = inMemory(sentences);
  return kFold(dataset, folds, { generator, stratify: sentences.map(({ label }) => label) }).map(
    ({ train, validation }) => ({ train: listOf(train), rest: listOf(validation) }),
  );
}

/** The words of these sentences, and of no others. */
export function vocabularyOf(sentences: readonly Sentence[]): Vocabulary {
  return Vocabulary.build(sentences.map(({ words }) => words));
}

/** Sentences as a net reads them. */
export interface SentenceBatch {
  /** `(n, t)` i32: words by their indices, 0 behind the end. */
  readonly words: Tensor;
  /** `(n)` i32 */
  readonly lengths: Tensor;
  /** `(n)`: 1 for praise. */
  readonly labels: Tensor;
}

/** Batches of sentences of about one length, in a new order every epoch; some words are made unknown. */
export function trainingBatches(
  sentences: readonly Sentence[],
  vocabulary: Vocabulary,
  { batchSize, wordDropout, generator }: { batchSize: number; wordDropout: number; generator: Generator },
) {
  const samples = encode(sentences, vocabulary);
  const unknown = vocabulary.indexOf(vocabulary.unknown!);
  return new DataLoader(inMemory(samples), {
    batchSampler: bucketBatchSampler(
      samples.map(({ words }) => words.length),
      { batchSize, poolSize: 8 },
    ),
    collate,
    generator,
    transform({ words, lengths, labels }, { generator: own }) {
      const dropped = own.bernoulli(words.shape, wordDropout, { dtype: "bool", backend: words.backend });
      return { words: where(dropped, unknown, words), lengths, labels };
    },
  });
}

/** Batches in order, to measure on. */
export function measuringBatches(sentences: readonly Sentence[], vocabulary: Vocabulary) {
  return new DataLoader(inMemory(encode(sentences, vocabulary)), { batchSize: 100, collate });
}

interface Sample {
  readonly words: Int32Array;
  readonly label: number;
}

function encode(sentences: readonly Sentence[], vocabulary: Vocabulary): Sample[] {
  return sentences.map(({ words, label }) => ({ words: vocabulary.encode(words), label }));
}

function collate(samples: Sample[]) {
  const { sequences, lengths } = padSequences(samples.map(({ words }) => words));
  const labels: HostArray = { data: Float32Array.from(samples, ({ label }) => label), shape: [samples.length] };
  return { words: sequences, lengths, labels };
}

function inMemory<T>(samples: readonly T[]): Dataset<T> {
  return { length: samples.length, get: (i) => samples[i]! };
}

/** The datasets here lie in memory, so no sample is a promise. */
function listOf<T>(dataset: Dataset<T>): T[] {
  return Array.from({ length: dataset.length }, (_, i) => {
    const sample = dataset.get(i);
    if (sample instanceof Promise) throw new TypeError("the sentences must lie in memory");
    return sample;
  });
}
