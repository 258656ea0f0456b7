import type { CharacterTokenizer } from "@nn/data";
import { predict } from "@nn/layers";
import { type LstmState, sampleLogits } from "@nn/recurrent";
import { type Generator, tensor } from "@nn/tensor";
import type { Writer } from "./model.js";

export interface SampleOptions {
  readonly prompt: string;
  readonly temperature: number;
  /** Characters to write. */
  readonly length: number;
  readonly generator: Generator;
}

/** Writes on after a prompt, one character at a time. */
export async function* writeOn(
  writer: Writer,
  tokenizer: CharacterTokenizer,
  { prompt, temperature, length, generator }: SampleOptions,
): AsyncGenerator<string, void, unknown> {
  let state: LstmState | undefined;
  // Without a prompt it begins as a paragraph does.
  let input = tokenizer.encode(prompt === "" ? "\n\n" : prompt);
  for (let i = 0; i < length; i++) {
    const before = state;
    const step = predict(writer, () => {
      const read = writer.forward(tensor(input, { shape: [1, input.length] }), before);
      // Index 0 stands for unknown characters, which nobody can read.
      const logits = read.logits
        .slice(1, input.length - 1)
        .slice(2, 1)
        .reshape([1, -1]);
      const drawn = sampleLogits(logits, { temperature, generator }).add(1);
      return { drawn, state: read.state };
    });
    const next = (await step.drawn.data())[0]!;
    step.drawn.dispose();
    before?.h.dispose();
    before?.c.dispose();
    state = step.state;
    input = Int32Array.of(next);
    yield tokenizer.decode(input);
  }
  state?.h.dispose();
  state?.c.dispose();
}

/**
 * All that `writeOn` writes, and the prompt before it.
 *
 * @param show is given every piece as soon as it is there
 */
export async function sampleText(
  writer: Writer,
  tokenizer: CharacterTokenizer,
  options: SampleOptions,
  show: (piece: string) => void,
): Promise<string> {
  let text = options.prompt;
  show(text);
  for await (const character of writeOn(writer, tokenizer, options)) {
    show(character);
    text += character;
  }
  return text;
}
