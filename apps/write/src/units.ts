import { predict } from "@nn/layers";
import type { LstmState } from "@nn/recurrent";
import { stack, type Tensor, tanh, tensor } from "@nn/tensor";
import type { Corpus, Part } from "./data.js";
import type { Writer } from "./model.js";

/** What the cells of all units held, after each character of a text. */
export interface Trace {
  /** Characters. */
  readonly length: number;
  /** All layers, one after the other. */
  readonly units: number;
  /** `tanh` of the cells, `(length, units)`. */
  readonly values: Float32Array;
}

/** Something that can be said of each character of a text. */
export interface Feature {
  readonly name: string;
  readonly of: (characters: readonly string[]) => number[];
}

/** The unit that follows a feature best. */
export interface UnitMatch {
  readonly feature: string;
  /** From 0, over all layers. */
  readonly unit: number;
  /** On the text that it was chosen by, and on the one that is shown. */
  readonly correlation: number;
  readonly shownCorrelation: number;
  /** Its activations over the text that is shown, -1 … 1. */
  readonly values: Float32Array;
}

/** What the report shows of the net's inside. */
export interface Inside {
  readonly text: readonly string[];
  readonly trace: Trace;
  readonly matches: readonly UnitMatch[];
}

/** As many stretches of the text that units are chosen by are read at the same time. */
const stretches = 32;

const isLetter = (character: string) => /\p{Letter}/u.test(character);

export const features: readonly Feature[] = [
  { name: "place in the line", of: (characters) => distances(characters, (character) => character === "\n") },
  { name: "inside a quotation", of: insideQuotation },
  { name: "place in the word", of: (characters) => distances(characters, (character) => !isLetter(character)) },
  { name: "length of the sentence so far", of: (characters) => distances(characters, (one) => /[.!?]/.test(one)) },
  { name: "between words", of: (characters) => characters.map((character) => (isLetter(character) ? 0 : 1)) },
];

/** How far back the last character is that fits. */
function distances(characters: readonly string[], fits: (character: string) => boolean): number[] {
  let distance = 0;
  return characters.map((character) => {
    distance = fits(character) ? 0 : distance + 1;
    return distance;
  });
}

function insideQuotation(characters: readonly string[]): number[] {
  let inside = 0;
  return characters.map((character) => {
    if (character === "“") inside = 1;
    if (character === "”") inside = 0;
    return inside;
  });
}

/**
 * Reads a part of a text character by character, cut into `n` stretches that are read side by side; the characters
 * before each are read too, but not traced.
 */
export async function traceUnits(
  writer: Writer,
  { indices }: Corpus,
  { from, to }: Part,
  { n = 1, before = 200 }: { n?: number; before?: number } = {},
): Promise<Trace> {
  const length = Math.floor((to - from) / n);
  const lead = Math.min(before, from);
  let state: LstmState | undefined;
  const rows: Tensor[] = [];
  for (let i = -lead; i < length; i++) {
    const last = state;
    const input = Int32Array.from({ length: n }, (_, stretch) => indices[from + stretch * length + i]!);
    const step = predict(writer, () => {
      const { state } = writer.forward(tensor(input, { shape: [n, 1] }), last);
      return { state, row: tanh(state.c).transpose(0, 1).reshape([n, -1]) };
    });
    last?.h.dispose();
    last?.c.dispose();
    state = step.state;
    if (i >= 0) rows.push(step.row);
    else step.row.dispose();
  }
  state?.h.dispose();
  state?.c.dispose();
  const all = stack(rows, 1);
  const values = Float32Array.from(await all.data());
  for (const row of [all, ...rows]) row.dispose();
  return { length: n * length, units: values.length / (n * length), values };
}

/** For each feature the unit that follows it best in one text, and what that unit does in another. */
export async function examineUnits(writer: Writer, corpus: Corpus, chosenBy: Part, shown: Part): Promise<Inside> {
  const charactersOf = ({ from, to }: Part) => corpus.tokenizer.vocabulary.decode(corpus.indices.slice(from, to));
  const choosing = await traceUnits(writer, corpus, chosenBy, { n: stretches });
  const trace = await traceUnits(writer, corpus, shown);
  const text = charactersOf(shown);
  const matches = features.map(({ name, of }): UnitMatch => {
    const wanted = of(charactersOf(chosenBy)).slice(0, choosing.length);
    const found = Array.from({ length: choosing.units }, (_, unit) => correlation(wanted, valuesOf(choosing, unit)));
    const unit = found.reduce((best, value, i) => (Math.abs(value) > Math.abs(found[best]!) ? i : best), 0);
    const values = valuesOf(trace, unit);
    return { feature: name, unit, correlation: found[unit]!, shownCorrelation: correlation(of(text), values), values };
  });
  return { text, trace, matches };
}

/** What one unit did. */
export function valuesOf({ length, units, values }: Trace, unit: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => values[i * units + unit]!);
}

/** Pearson's r; 0 where one of the two does not change. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let [sumA, sumB] = [0, 0];
  for (let i = 0; i < n; i++) {
    sumA += a[i]!;
    sumB += b[i]!;
  }
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i]! - sumA / n, b[i]! - sumB / n];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa * bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}
