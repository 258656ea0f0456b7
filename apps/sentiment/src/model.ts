import { Dropout, Embedding, Linear, Module } from "@nn/layers";
import { GRU } from "@nn/recurrent";
import { arange, concat, type Generator, scope, type Tensor, where } from "@nn/tensor";

/** Deviation of the embeddings at the start: small, so that words which come once stay without a say. */
const embeddingScale = 0.3;

/** Options of `SentenceClassifier`. */
export interface ClassifierOptions {
  readonly words: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly dropout: number;
  readonly generator: Generator;
}

/**
 * Reads a sentence word by word in both directions and says how likely it praises: an embedding, a bidirectional GRU,
 * the mean and the maximum of its outputs over the sentence beside the mean of the words themselves, one number.
 */
export class SentenceClassifier extends Module {
  readonly embedding: Embedding;
  readonly dropout: Dropout;
  readonly gru: GRU;
  readonly head: Linear;

  constructor({ words, embeddingSize, hiddenSize, dropout, generator }: ClassifierOptions) {
    super();
    this.embedding = new Embedding(words, embeddingSize, { paddingIndex: 0, generator: generator.split("embedding") });
    scope(() => this.embedding.weight.assign(this.embedding.weight.mul(embeddingScale)));
    this.dropout = new Dropout(dropout, { generator: generator.split("dropout") });
    this.gru = new GRU(embeddingSize, hiddenSize, { bidirectional: true, generator: generator.split("gru") });
    this.head = new Linear(embeddingSize + 4 * hiddenSize, 1, { generator: generator.split("head") });
  }

  /** `(n, t)` words → `(n)`: above 0 for praise. */
  forward(words: Tensor, lengths: Tensor): Tensor {
    return this.classify(this.embedding.forward(words), lengths);
  }

  /** The same from `(n, t, embeddingSize)`. */
  classify(embedded: Tensor, lengths: Tensor): Tensor {
    const x = this.dropout.forward(embedded);
    const { output } = this.gru.forward(x, undefined, { lengths });
    const t = x.shape[1]!;
    const inside = arange(t, { dtype: "i32", backend: x.backend }).less(lengths.unsqueeze(1)).unsqueeze(2);
    const count = lengths.cast(x.dtype).unsqueeze(1);
    const mean = (values: Tensor) => where(inside, values, 0).sum(1).div(count);
    // Outputs lie between -1 and 1.
    const largest = where(inside, output, -1).max(1);
    const pooled = concat([mean(x), mean(output), largest], 1);
    return this.head.forward(this.dropout.forward(pooled)).squeeze(1);
  }
}
