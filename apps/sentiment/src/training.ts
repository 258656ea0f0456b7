import type { Vocabulary } from "@nn/data";
import { binaryCrossEntropyWithLogits, sigmoid } from "@nn/layers";
import { AdamW } from "@nn/optim";
import type { Generator } from "@nn/tensor";
import { type EpochRecord, fit, predictAll } from "@nn/train";
import { foldsOf, measuringBatches, type Sentence, type SentenceBatch, trainingBatches, vocabularyOf } from "./data.js";
import { SentenceClassifier } from "./model.js";
import type { Settings } from "./settings.js";

/** A net, and the words that it knows. */
export interface Member {
  readonly model: SentenceClassifier;
  readonly vocabulary: Vocabulary;
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights it has. */
  readonly bestEpoch: number;
}

/** Parts of the training folds, of which each member holds another one back. */
export const stoppingParts = 10;

/**
 * Trains the members on the sentences of the training folds: each holds another tenth of them back, which stops it.
 *
 * @param random decides parts, weights, order and dropout
 */
export async function trainMembers(
  sentences: readonly Sentence[],
  settings: Settings,
  random: Generator,
  onMember: (member: Member) => void = () => {},
): Promise<Member[]> {
  const members: Member[] = [];
  const parts = foldsOf(sentences, stoppingParts, random.split("parts")).slice(0, settings.members);
  for (const [i, { train, rest }] of parts.entries()) {
    const member = await trainMember(train, rest, settings, random.split(i));
    members.push(member);
    onMember(member);
  }
  return members;
}

async function trainMember(
  train: readonly Sentence[],
  stopping: readonly Sentence[],
  settings: Settings,
  random: Generator,
): Promise<Member> {
  const { epochs, batchSize, lr, weightDecay, wordDropout, embeddingSize, hiddenSize, dropout } = settings;
  const vocabulary = vocabularyOf(train);
  const model = new SentenceClassifier({
    words: vocabulary.size,
    embeddingSize,
    hiddenSize,
    dropout,
    generator: random.split("weights"),
  });
  const { history, best } = await fit(model, {
    data: trainingBatches(train, vocabulary, { batchSize, wordDropout, generator: random.split("order") }),
    validation: { data: measuringBatches(stopping, vocabulary) },
    loss: (net, { words, lengths, labels }: SentenceBatch) =>
      binaryCrossEntropyWithLogits(net.forward(words, lengths), labels),
    optimizer: new AdamW(model, { lr, weightDecay }),
    epochs,
    clipNorm: 1,
    earlyStopping: { patience: 3 },
  });
  return { model, vocabulary, history, bestEpoch: best!.epoch };
}

/** How likely each sentence praises: the mean of what the members say. */
export async function praiseOf(members: readonly Member[], sentences: readonly Sentence[]): Promise<Float32Array> {
  const mean = new Float32Array(sentences.length);
  for (const { model, vocabulary } of members) {
    const output = await predictAll(model, measuringBatches(sentences, vocabulary), (net, { words, lengths }) =>
      sigmoid(net.forward(words, lengths)),
    );
    for (const [i, value] of (await output.data()).entries()) mean[i]! += value / members.length;
    output.dispose();
  }
  return mean;
}
