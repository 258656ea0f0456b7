import { concat, DataError, full, isTensor, type Shape, type Tensor, type TypedArray } from "@nn/tensor";
import { type Measurement, type Metric, type Mode, metric } from "../metric.js";
import { field, targetsIn } from "./inputs.js";

/** A word, a character, a number of a vocabulary. */
export type Token = string | number;

/** A text, or the tokens that it was cut into. */
export type Text = string | readonly Token[];

/** What the model wrote: a text a sample, or token numbers (i32) `[n, t]`. */
export type Texts = readonly Text[] | Tensor;

/** What it should have written: as `Texts`, or several texts a sample that are all right. */
export type References = readonly (Text | readonly Text[])[] | Tensor;

/** Where metrics of texts find what they compare. */
export interface TextOptions<B, R> {
  /** Default: `predictions` of what the loss function returned. */
  readonly predictions?: (batch: B, rest: R) => Texts;
  /** Default: `references` beside the loss, else `targets`, else the batch's `y`, `labels` or second entry. */
  readonly references?: (batch: B, rest: R) => References;
  /** Token numbers that are no text, such as padding. Default: -100. */
  readonly ignoreIds?: readonly number[];
  /** Token number that ends a text; what follows does not count. Default: none. */
  readonly endId?: number;
  /** Makes a text of token numbers. Default: the numbers themselves are compared. */
  readonly decode?: (ids: readonly number[]) => Text;
}

/** Cuts a text into what is compared. Tokens stay as they are. */
export type Tokenize = (text: Text) => readonly Token[];

/** What a text adds to the totals. */
type Count = (prediction: Text, references: readonly Text[]) => readonly number[];

interface TextMetric<B, R> {
  readonly name: string;
  readonly mode: Mode;
  readonly options: TextOptions<B, R>;
  /** Numbers that a text adds. */
  readonly counts: number;
  readonly count: Count;
  compute(totals: readonly number[]): number;
}

/** A metric of texts whose totals are sums over the texts: its state does not grow with their number. */
export function textMetric<B, R>(definition: TextMetric<B, R>): Metric<B, R> {
  const { name, mode, options, counts, count, compute } = definition;
  const addText = (totals: Float64Array | number[], prediction: Text, references: readonly Text[]) => {
    const added = count(prediction, references);
    for (let i = 0; i < counts; i++) totals[i]! += added[i]!;
  };
  return metric({
    mode,
    initial: new Array<number>(counts).fill(0),
    measure(batch, rest) {
      const { predictions, references } = textsOf(name, batch, rest, options);
      if (isTensor(predictions)) return joined(name, predictions, references as Tensor);
      const totals = new Float64Array(counts);
      predictions.forEach((text, i) => addText(totals, text, choices(text, (references as readonly Text[])[i]!)));
      return { data: totals, shape: [counts] };
    },
    add(totals, values, shape) {
      if (shape.length === 1) {
        for (let i = 0; i < counts; i++) totals[i]! += values[i]!;
        return;
      }
      for (const [prediction, reference] of apart(values, shape, options)) addText(totals, prediction, [reference]);
    },
    compute,
  });
}

/** One reference is of the kind that the prediction is, a text or tokens; a list of those are several. */
function choices(prediction: Text, reference: Text | readonly Text[]): readonly Text[] {
  const several = Array.isArray(reference) && (typeof prediction === "string" || Array.isArray(reference[0]));
  return several ? (reference as readonly Text[]) : [reference as Text];
}

const separator = -2_147_483_648;

/** Predictions and references side by side, with a mark between them, in one tensor to be read. */
function joined(name: string, predictions: Tensor, references: Tensor): Measurement {
  const ids = (tensor: Tensor) => (tensor.dtype === "i32" ? tensor : tensor.cast("i32"));
  if (predictions.rank !== 2 || references.rank !== 2 || predictions.shape[0] !== references.shape[0]) {
    throw new DataError({
      where: name,
      problem: "predictions and references do not belong together",
      rows: [
        ["predictions", `[${predictions.shape.join(", ")}]`, "expected n t"],
        ["references", `[${references.shape.join(", ")}]`, "expected n t"],
      ],
      fix: "give token numbers of as many texts: logits [n, vocabulary, t] become them by argmax(1)",
    });
  }
  const mark = full([predictions.shape[0]!, 1], separator, { dtype: "i32", backend: predictions.backend });
  return concat([ids(predictions), mark, ids(references)], 1);
}

function* apart(values: TypedArray, shape: Shape, options: TextOptions<never, never>): Iterable<[Text, Text]> {
  const [n, width] = shape as [number, number];
  const { decode, endId, ignoreIds = [-100] } = options;
  const ignored = new Set(ignoreIds);
  const text = (ids: number[]): Text => {
    const end = endId === undefined ? -1 : ids.indexOf(endId);
    const own = (end < 0 ? ids : ids.slice(0, end)).filter((id) => !ignored.has(id));
    return decode === undefined ? own : decode(own);
  };
  for (let i = 0; i < n; i++) {
    const row = Array.from(values.subarray(i * width, (i + 1) * width));
    const cut = row.indexOf(separator);
    yield [text(row.slice(0, cut)), text(row.slice(cut + 1))];
  }
}

function textsOf<B, R>(name: string, batch: B, rest: R, options: TextOptions<B, R>) {
  const predictions: unknown = options.predictions?.(batch, rest) ?? field(rest, "predictions");
  const references: unknown = options.references?.(batch, rest) ?? field(rest, "references") ?? targetsIn(batch, rest);
  const tensors = isTensor(predictions) && isTensor(references);
  const lists = Array.isArray(predictions) && Array.isArray(references) && predictions.length === references.length;
  if (tensors || lists) return { predictions: predictions as Texts, references: references as References };
  throw new DataError({
    where: name,
    problem: "there are no texts to compare",
    rows: [
      ["expected", "predictions and references: two lists of one length, or two tensors of token numbers [n, t]"],
      ["predictions", kindOf(predictions)],
      ["references", kindOf(references)],
    ],
    fix: `return { loss, predictions }, or say where they are: ${name}({ predictions: (batch, rest) => … })`,
  });
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return isTensor(value) ? `a tensor [${value.shape.join(", ")}]` : typeof value;
}

/** Words between white space; tokens as they are. */
export function words(text: Text): readonly Token[] {
  return typeof text === "string" ? text.split(/\s+/u).filter((word) => word !== "") : text;
}

/** Characters (code points, so that an emoji is one); tokens that are strings are joined by spaces. */
export function characters(text: Text): readonly Token[] {
  if (typeof text === "string") return [...text];
  return text.every((token) => typeof token === "string") ? [...text.join(" ")] : text;
}

/** How often each run of `n` tokens occurs, by a key that tells them apart. */
export function ngrams(tokens: readonly Token[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= tokens.length; i++) {
    let key = "";
    for (let j = 0; j < n; j++) key += `${tokens[i + j]}\u0000`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
