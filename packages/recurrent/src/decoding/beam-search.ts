import { DataError } from "@nn/tensor";
import { type StateTree, selectState } from "../state/state-tree.js";
import {
  checkDecode,
  type Decoded,
  type DecodeOptions,
  type DecodeStep,
  disposeState,
  reorderState,
  runStep,
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
  const { start, end, maxLength, reorder = selectState, beamWidth = 4, alpha = 0.6 } = options;
  checkDecode("beamSearch", options);
  check(beamWidth, alpha);
  const scoreOf = (logProb: number, length: number) => logProb / ((5 + length) / 6) ** alpha;
  const searches = start.map((): Search => ({ done: [], beams: [{ tokens: [], logProb: 0 }] }));
  let tokens = [...start];
  let state: S = options.state;
  for (let k = 1; k <= maxLength && tokens.length > 0; k++) {
    const stepped = await runStep("beamSearch", step, tokens, state);
    if (state !== options.state) disposeState(state);
    const rows: number[] = [];
    tokens = [];
    let row = 0;
    for (const search of searches) {
      const first = row;
      row += search.beams.length;
      const next: Beam[] = [];
      // Each beam can end only once, so twice the width leaves enough that go on.
      const candidates = largestOf(extensions(search.beams, first, stepped), 2 * beamWidth);
      for (const [rank, candidate] of candidates.entries()) {
        const from = Math.floor(candidate.index / stepped.vocabulary);
        const token = candidate.index % stepped.vocabulary;
        const before = search.beams[from].tokens;
        if (token === end) {
          const score = scoreOf(candidate.value, k);
          if (rank < beamWidth) search.done.push({ tokens: before, logProb: candidate.value, ended: true, score });
        } else if (next.length < beamWidth) {
          next.push({ tokens: [...before, token], logProb: candidate.value });
          rows.push(first + from);
          tokens.push(token);
        }
      }
      search.beams = next;
      search.done.sort((a, b) => b.score - a.score).splice(beamWidth);
      // A sum of log-probabilities only falls, so this is the best that a beam can come to.
      const hope = Math.max(...next.flatMap(({ logProb }) => [scoreOf(logProb, k + 1), scoreOf(logProb, maxLength)]));
      if (k < maxLength && search.done.length === beamWidth && search.done[beamWidth - 1].score >= hope) {
        rows.splice(rows.length - next.length);
        tokens.splice(tokens.length - next.length);
        search.beams = [];
      }
    }
    state = tokens.length === 0 ? stepped.state : reorderState(stepped.state, rows, reorder);
    if (state !== stepped.state) disposeState(stepped.state);
  }
  if (state !== options.state) disposeState(state);
  return searches.map(({ done, beams }) => {
    const cut = beams.map((beam) => ({ ...beam, ended: false, score: scoreOf(beam.logProb, maxLength) }));
    return [...done, ...cut].sort((a, b) => b.score - a.score).slice(0, beamWidth);
  });
}

/** The sums of log-probabilities of all beams with all tokens. */
function extensions(
  beams: readonly Beam[],
  first: number,
  { logProbs, vocabulary }: { readonly logProbs: ArrayLike<number>; readonly vocabulary: number },
): Float64Array {
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
