import { Dropout, Embedding, Linear, Module } from "@nn/layers";
import { LSTM, type LstmState } from "@nn/recurrent";
import { Buffer, concat, type Generator, ones, type Parameter, type Tensor, zeros } from "@nn/tensor";
import type { Settings } from "./settings.js";

const layers = 2;

/** A character language model: embedding, two layers of LSTM, and logits of the next character. */
export class Writer extends Module {
  readonly embedding: Embedding;
  readonly lstm: LSTM;
  readonly dropout: Dropout;
  readonly head: Linear;
  private readonly drops: Generator;

  constructor(characters: number, settings: Pick<Settings, "embedding" | "hidden" | "dropout">, generator: Generator) {
    super();
    const { embedding, hidden, dropout } = settings;
    this.embedding = new Embedding(characters, embedding, { generator: generator.split("embedding") });
    this.lstm = new LSTM(embedding, hidden, { numLayers: layers, dropout, generator: generator.split("lstm") });
    this.drops = generator.split("dropout");
    this.dropout = new Dropout(dropout, { generator: this.drops });
    this.head = new Linear(hidden, characters, { generator: generator.split("head") });
    for (let layer = 0; layer < layers; layer++) remember(this.lstm[`bias_ih_l${layer}`]!);
  }

  /**
   * @param x `(n, t)` i32
   * @returns logits `(n, t, characters)` of the character after each, and the state after the last
   */
  forward(x: Tensor, state?: LstmState): { logits: Tensor; state: LstmState } {
    const { output, state: last } = this.lstm.forward(this.embedding.forward(x), state, { generator: this.drops });
    return { logits: this.head.forward(this.dropout.forward(output)), state: last };
  }
}

/** Opens the forget gates at the start, so that gradients reach far back (Jozefowicz and others, 2015). */
function remember(bias: Parameter): void {
  const [i, , g, o] = [0, 1, 2, 3].map((gate) => bias.slice(0, (gate * bias.size) / 4, ((gate + 1) * bias.size) / 4));
  bias.assign(concat([i!, ones([bias.size / 4]), g!, o!], 0));
}

/** The state of several streams of text between two windows; saved with the model. */
export class StreamState extends Module {
  readonly h: Buffer;
  readonly c: Buffer;

  constructor(streams: number, hidden: number) {
    super();
    this.h = new Buffer(zeros([layers, streams, hidden]));
    this.c = new Buffer(zeros([layers, streams, hidden]));
  }

  /** As if nothing had been read. */
  reset(): void {
    this.h.assign(zeros(this.h.shape));
    this.c.assign(zeros(this.c.shape));
  }
}
