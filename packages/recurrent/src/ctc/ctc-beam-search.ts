import { DataError, type Tensor } from "@nn/tensor";
import { type CtcDecoded, type CtcDecodeOptions, type CtcSequence, readCtc } from "./ctc-decode.js";

/** Options of `ctcBeamSearch`. */
export interface CtcBeamSearchOptions extends CtcDecodeOptions {
  /** How many beginnings of a target are followed. Default 10. */
  readonly beamWidth?: number;
  /** How many classes each of them is tried with at a step: the likeliest ones. Default: all. */
  readonly classesPerStep?: number;
}

/** A beginning of a target, with the log-probabilities of the alignments that end in a blank and in its last class. */
interface Prefix {
  readonly tokens: readonly number[];
  blank: number;
  label: number;
}

/**
 * Prefix beam search (Hannun et al., "First-pass large vocabulary continuous speech recognition", 2014; Graves, 2012):
 * follows the likeliest beginnings of a target, each with the sum over its alignments. With a beam wide enough it finds
 * the likeliest target. On the host, asynchronous, since it reads values.
 *
 * @param logProbs `(n, t, c)`, of `logSoftmax`
 * @returns for each sequence up to `beamWidth` readings, the likeliest first
 * @throws ShapeError or DTypeError when operands do not fit, DataError when an option is out of its range.
 *
 * @example
 * ```ts
 * import { ctcBeamSearch, ctcGreedyDecode } from "@nn/recurrent";
 * import { tensor } from "@nn/tensor";
 *
 * // The best alignment is blank, blank (0.36); but aa, a- and -a together are 0.64.
 * const logProbs = tensor([[[0.6, 0.4], [0.6, 0.4]]]).log();
 * (await ctcGreedyDecode(logProbs))[0]?.tokens; // => []
 * const [readings] = await ctcBeamSearch(logProbs);
 * readings?.map(({ tokens }) => tokens); // => [[1], []]
 * Math.exp(readings?.[0]?.logProb ?? 0); // => 0.64
 * ```
 */
export async function ctcBeamSearch(logProbs: Tensor, options: CtcBeamSearchOptions = {}): Promise<CtcDecoded[][]> {
  const { blank = 0, beamWidth = 10, classesPerStep = Number.POSITIVE_INFINITY } = options;
  check({ beamWidth, classesPerStep });
  const sequences = await readCtc("ctcBeamSearch", logProbs, options);
  return sequences.map((sequence) => search(sequence, blank, beamWidth, classesPerStep));
}

function search(sequence: CtcSequence, blank: number, beamWidth: number, classesPerStep: number): CtcDecoded[] {
  let beam: Prefix[] = [{ tokens: [], blank: 0, label: Number.NEGATIVE_INFINITY }];
  for (let step = 0; step < sequence.steps; step++) {
    const next = extend(beam, sequence, step, blank, classesPerStep);
    beam = next.sort((a, b) => total(b) - total(a)).slice(0, beamWidth);
  }
  return beam.map((prefix) => ({ tokens: prefix.tokens, logProb: total(prefix) }));
}

/** All prefixes that one step makes of those before it. */
function extend(beam: readonly Prefix[], sequence: CtcSequence, step: number, blank: number, count: number): Prefix[] {
  const found = new Map<string, Prefix>();
  const at = (tokens: readonly number[]) => {
    const key = tokens.join();
    const known = found.get(key);
    if (known !== undefined) return known;
    const prefix = { tokens, blank: Number.NEGATIVE_INFINITY, label: Number.NEGATIVE_INFINITY };
    found.set(key, prefix);
    return prefix;
  };
  for (const k of likeliest(sequence, step, count)) {
    const p = sequence.at(step, k);
    for (const prefix of beam) {
      const { tokens } = prefix;
      const same = at(tokens);
      if (k === blank) {
        same.blank = logAddExp(same.blank, total(prefix) + p);
        continue;
      }
      const longer = at([...tokens, k]);
      if (k !== tokens.at(-1)) {
        longer.label = logAddExp(longer.label, total(prefix) + p);
        continue;
      }
      // A class again is the same token, unless a blank was between them.
      same.label = logAddExp(same.label, prefix.label + p);
      longer.label = logAddExp(longer.label, prefix.blank + p);
    }
  }
  return [...found.values()].filter((prefix) => total(prefix) > Number.NEGATIVE_INFINITY);
}

function likeliest({ classes, at }: CtcSequence, step: number, count: number): number[] {
  const all = Array.from({ length: classes }, (_, k) => k);
  return count >= classes ? all : all.sort((a, b) => at(step, b) - at(step, a)).slice(0, count);
}

function total({ blank, label }: Prefix): number {
  return logAddExp(blank, label);
}

function logAddExp(a: number, b: number): number {
  const top = Math.max(a, b);
  return top === Number.NEGATIVE_INFINITY ? top : top + Math.log1p(Math.exp(Math.min(a, b) - top));
}

function check(counts: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (value > 0 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY)) continue;
    throw new DataError({
      where: "ctcBeamSearch",
      problem: `${name} is not a positive integer`,
      rows: [["got", String(value)]],
      fix: "use { beamWidth: 10 }",
    });
  }
}
