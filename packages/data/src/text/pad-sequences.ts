import { DataError, type DType } from "@nn/tensor";
import { type HostArray, hostArray, type ResolvedArray, resolveArray, sizeOf } from "../host-array.js";
import { checkCount } from "../sampling/checks.js";

/** How sequences are brought to one length. */
export interface PadSequencesOptions {
  /** Longer ones are cut. Default: the longest one's length. */
  readonly maxLength?: number;
  /** What fills the rest. Default 0. */
  readonly value?: number;
  /** Where it stands. Default "right". */
  readonly side?: "left" | "right";
  /** Which end of a sequence that is too long is cut off. Default "right". */
  readonly truncate?: "left" | "right";
}

/** Sequences of one length, fit for a loader's collate. */
export interface PaddedSequences {
  /** `[n, length, …features]`. */
  readonly sequences: ResolvedArray;
  /** Of each sequence, cut ones after the cut: i32 `[n]`. */
  readonly lengths: ResolvedArray;
  /** True where a sequence is and no padding: bool `[n, length]`. */
  readonly mask: ResolvedArray;
}

/**
 * Stacks sequences of different lengths (torch.nn.utils.rnn.pad_sequence), with their lengths and a mask. Lists of
 * numbers and Int32Arrays give i32, others their dtype; sequences of vectors are `{ data, shape: [steps, features] }`.
 *
 * @throws DataError when there is no sequence, or their dtypes or features differ.
 *
 * @example
 * ```ts
 * import { padSequences } from "@nn/data";
 *
 * const { sequences, lengths, mask } = padSequences([[5, 6, 7], [8]]);
 * Array.from(sequences.data); // => [5, 6, 7, 8, 0, 0]
 * Array.from(lengths.data); // => [3, 1]
 * Array.from(mask.data); // => [1, 1, 1, 1, 0, 0]
 * ```
 */
export function padSequences(
  sequences: readonly (readonly number[] | HostArray | Int32Array | Float32Array | Float64Array)[],
  options: PadSequencesOptions = {},
): PaddedSequences {
  const { value = 0, side = "right", truncate = "right" } = options;
  const arrays = sequences.map((sequence, i) => asArray(sequence, i));
  const first = arrays[0];
  if (first === undefined) throw sequencesError("there is no sequence", "one or more", "none");
  const longest = Math.max(...arrays.map(({ shape }) => shape[0]!));
  const { maxLength = longest } = options;
  checkCount("padSequences", "maxLength", maxLength, 0);
  const features = first.shape.slice(1);
  const width = sizeOf(features);
  const n = arrays.length;
  const out = hostArray(first.dtype, [n, maxLength, ...features]);
  if (value !== 0) out.data.fill(value);
  const lengths = hostArray("i32", [n]);
  const mask = hostArray("bool", [n, maxLength]);
  for (const [i, { data, shape, dtype }] of arrays.entries()) {
    if (dtype !== first.dtype || String(shape.slice(1)) !== String(features)) throw misfit(first, { shape, dtype }, i);
    const length = Math.min(shape[0]!, maxLength);
    const from = truncate === "left" ? shape[0]! - length : 0;
    const at = i * maxLength + (side === "left" ? maxLength - length : 0);
    out.data.set(data.subarray(from * width, (from + length) * width), at * width);
    lengths.data[i] = length;
    mask.data.fill(1, at, at + length);
  }
  return { sequences: out, lengths, mask };
}

function asArray(
  sequence: readonly number[] | HostArray | Int32Array | Float32Array | Float64Array,
  i: number,
): ResolvedArray {
  const list = Array.isArray(sequence) ? Int32Array.from(sequence as readonly number[]) : (sequence as HostArray);
  const array = resolveArray("padSequences", `sequences[${i}]`, list);
  if (array.shape.length === 0) throw sequencesError(`sequences[${i}] has no dimension`, "[steps, …features]", "[]");
  return array;
}

function misfit(first: { shape: readonly number[]; dtype: DType }, other: typeof first, i: number): DataError {
  const show = ({ shape, dtype }: typeof first) => `${dtype} [steps${shape.slice(1).map((size) => `, ${size}`)}]`;
  return sequencesError(`sequences[${i}] differs from the first`, show(first), show(other));
}

function sequencesError(problem: string, expected: string, got: string): DataError {
  return new DataError({
    where: "padSequences",
    problem,
    rows: [["expected", expected, `got ${got}`]],
    fix: "pass a list of sequences that differ in length only",
  });
}
