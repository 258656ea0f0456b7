import { evaluate } from "@nn/layers";
import { scope, type Tensor, valueAndGrad } from "@nn/tensor";
import { measuringBatches, type Sentence } from "./data.js";
import type { SentenceClassifier } from "./model.js";
import type { Member } from "./training.js";

/**
 * What each word of each sentence adds to the logit of praise: the gradient by its embedding times the embedding, the
 * mean of all members. Above 0 it speaks for praise, below for blame.
 */
export async function attributionsOf(
  members: readonly Member[],
  sentences: readonly Sentence[],
): Promise<Float32Array[]> {
  const sums = sentences.map(({ words }) => new Float32Array(words.length));
  for (const { model, vocabulary } of members) {
    evaluate(model);
    let first = 0;
    for (const { words, lengths } of measuringBatches(sentences, vocabulary)) {
      const parts = gradientTimesInput(model, words, lengths);
      const [n, t] = parts.shape as [number, number];
      const values = await parts.data();
      parts.dispose();
      for (let i = 0; i < n; i++) {
        const sum = sums[first + i]!;
        for (let j = 0; j < sum.length; j++) sum[j]! += values[i * t + j]! / members.length;
      }
      first += n;
    }
  }
  return sums;
}

/** `(n, t)` words → what each adds to its sentence's logit, `(n, t)`; 0 behind the end. */
export function gradientTimesInput(model: SentenceClassifier, words: Tensor, lengths: Tensor): Tensor {
  return scope(() => {
    const embedded = model.embedding.forward(words);
    const { grads } = valueAndGrad(embedded, () => model.classify(embedded, lengths).sum());
    return grads.get(embedded).mul(embedded).sum(2);
  });
}
