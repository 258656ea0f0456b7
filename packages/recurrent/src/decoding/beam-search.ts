import { DataError } from "@nn/tensor";
import type { StateTree } from "../state/state-tree.js";
import {
  checkDecode,
  type Decoded,
  type DecodeOptions,
  type DecodeStep,
  disposeState,
  reorderState,
  runStep,
  type Stepped,
} from "./decode-step.js";
import { largestOf } from "./largest-of.js";

/** Options of `beamSearch`. */
export interface BeamSearchOptions<S> extends DecodeOptions<S> {
  /** How many sequences are followed at a time, for each of `start`. Default 4. */
  readonly beamWidth?: number;
  /**
   * Length normalization: sequences are compared by `logProb / ((5 + length) / 6) ** alpha`, the end counted (Wu et al.,
   * 2016). 0 compares plain sums, which favours short sequences. Default 0.6.
   */
  readonly alpha?: number;
}

/** A sequence that beam search found. */
export interface BeamHypothesis extends Decoded {
  /** What it was compared by. */
  readonly score: number;
}

/** A sequence on its way. */
interface Beam {
  readonly tokens: readonly number[];
  readonly logProb: number;
  /** The row of the last step that it goes on from. */
  readonly row: number;
  /** Its last token. */
  readonly token: number;
}

interface Rules {
  readonly end: number | undefined;
  readonly maxLength: number;
  readonly beamWidth: number;
  readonly alpha: number;
}

/** What is known of one sequence of the batch. */
interface Search {
  readonly done: BeamHypothesis[];
  beams: readonly Beam[];
}

/**
 * Follows the `beamWidth` likeliest sequences at a time, for a batch; the state's rows are reordered as they branch. It
 * ends when nothing on its way can become better than what was found. Asynchronous, since it reads values; call
 * `evaluate(model)` before.
 *
 * @returns for each of `start` up to `beamWidth` sequences, the best first
 * @throws DataError when options do not fit or the step gives no log-probabilities, ShapeError or DTypeError when they
 * are not `(n, v)`.
 *
 * @example
 * ```ts
 * import { beamSearch } from "@nn/recurrent";
 * import { indexSelect, type Tensor, tensor, zeros } from "@nn/tensor";
 *
 * // 0.6 · 0.5 is less than 0.4 · 1, so the likelier first token is not the beginning of the likeliest pair.
 * const table = tensor([[0, 0.6, 0.4], [0, 0.5, 0.5], [0, 0, 1]]).log();
 * const step = (tokens: Tensor, state: Tensor) => ({ logProbs: indexSelect(table, 0, tokens), state });
 * const found = await beamSearch(step, { start: [0], state: zeros([1, 1]), maxLength: 2, beamWidth: 2 });
 * found[0]?.map(({ tokens }) => tokens); // => [[2, 2], [1, 1]]
 * ```
 */
export async function beamSearch<S extends StateTree>(
  step: DecodeStep<S>,
  options: BeamSearchOptions<S>,
): Promise<BeamHypothesis[][]> {
  const { start, maxLength, reorder, beamWidth = 4, alpha = 0.6 } = options;
  checkDecode("beamSearch", options);
  check(beamWidth, alpha);
  const rules = { end: options.end, maxLength, beamWidth, alpha };
  const searches = start.map((): Search => ({ done: [], beams: [{ tokens: [], logProb: 0, row: 0, token: 0 }] }));
  let tokens: readonly number[] = start;
  let state: S = options.state;
  for (let length = 1; length <= maxLength && tokens.length > 0; length++) {
    const stepped = await runStep("beamSearch", step, tokens, state);
    if (state !== options.state) disposeState(state);
    let row = 0;
    for (const search of searches) {
      const count = search.beams.length;
      extend(search, stepped, row, length, rules);
      row += count;
    }
    const going = searches.flatMap(({ beams }) => beams);
    tokens = going.map(({ token }) => token);
    state = stepped.state;
    if (tokens.length === 0 || length === maxLength) continue;
    const rows = going.map((beam) => beam.row);
    state = reorderState(stepped.state, rows, reorder);
    disposeState(stepped.state);
  }
  if (state !== options.state) disposeState(state);
  return searches.map(({ done, beams }) => {
    const cut = beams.map(({ tokens, logProb }) => {
      return { tokens, logProb, ended: false, score: normalized(logProb, maxLength, alpha) };
    });
    return [...done, ...cut].sort((a, b) => b.score - a.score).slice(0, beamWidth);
  });
}

/** Extends the beams of one sequence, whose first one is a given row of the step, by a token each. */
function extend(search: Search, stepped: Stepped<unknown>, firstRow: number, length: number, rules: Rules): void {
  const { end, maxLength, beamWidth, alpha } = rules;
  const { done, beams } = search;
  const next: Beam[] = [];
  // Each beam can end only once, so twice the width leaves enough that go on.
  const candidates = largestOf(extensions(beams, firstRow, stepped), 2 * beamWidth);
  for (const [rank, { value: logProb, index }] of candidates.entries()) {
    const from = Math.floor(index / stepped.vocabulary);
    const token = index % stepped.vocabulary;
    const { tokens } = beams[from];
    if (token !== end) {
      if (next.length < beamWidth) next.push({ tokens: [...tokens, token], logProb, row: firstRow + from, token });
    } else if (rank < beamWidth) {
      done.push({ tokens, logProb, ended: true, score: normalized(logProb, length, alpha) });
    }
  }
  done.sort((a, b) => b.score - a.score).splice(beamWidth);
  // A sum of log-probabilities only falls, so this is the best that a beam can come to.
  const hope = Math.max(
    ...next.flatMap(({ logProb }) => [normalized(logProb, length + 1, alpha), normalized(logProb, maxLength, alpha)]),
  );
  const settled = length < maxLength && done.length === beamWidth && done[beamWidth - 1].score >= hope;
  search.beams = settled ? [] : next;
}

function normalized(logProb: number, length: number, alpha: number): number {
  return logProb / ((5 + length) / 6) ** alpha;
}

/** The sums of log-probabilities of all beams with all tokens. */
function extensions(beams: readonly Beam[], first: number, { logProbs, vocabulary }: Stepped<unknown>): Float64Array {
  const from = first * vocabulary;
  return Float64Array.from(
    { length: beams.length * vocabulary },
    (_, i) => beams[Math.floor(i / vocabulary)].logProb + logProbs[from + i],
  );
}

function check(beamWidth: number, alpha: number): void {
  const problem =
    Number.isInteger(beamWidth) && beamWidth > 0
      ? Number.isFinite(alpha)
        ? undefined
        : "alpha is no number"
      : "beamWidth is not a positive integer";
  if (problem === undefined) return;
  throw new DataError({
    where: "beamSearch",
    problem,
    rows: [["got", `beamWidth ${beamWidth}, alpha ${alpha}`]],
    fix: "use { beamWidth: 4, alpha: 0.6 }",
  });
}
