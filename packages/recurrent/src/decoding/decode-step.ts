import { DataError, DTypeError, describe, noGrad, ShapeError, stopGradient, type Tensor, tensor } from "@nn/tensor";
import { detachState, type StateTree, selectState, stateTensors } from "../state/state-tree.js";

/**
 * One step of a decoder: the tokens before `(n)` i32 and the state → log-probabilities of what comes next `(n, v)`, and
 * the state after. Rows are independent of each other, and their number changes as sequences end.
 */
export type DecodeStep<S> = (tokens: Tensor, state: S) => { readonly logProbs: Tensor; readonly state: S };

/** What all decoders take. */
export interface DecodeOptions<S> {
  /** The token before the first of each sequence: as many as there are sequences. */
  readonly start: readonly number[];
  /** The state before the first step, a row for each sequence. */
  readonly state: S;
  /** The token that ends a sequence. Default: none, all run to `maxLength`. */
  readonly end?: number;
  /** Most tokens, the end included. */
  readonly maxLength: number;
  /**
   * Picks rows of the state. Default: `selectState(state, rows)`, for states whose batch is their first axis; for those
   * of RNN, LSTM and GRU: `(state, rows) => selectState(state, rows, 1)`.
   */
  readonly reorder?: (state: S, rows: Tensor) => S;
}

/** A decoded sequence. */
export interface Decoded {
  /** Without the first token and the end. */
  readonly tokens: readonly number[];
  /** The sum of the log-probabilities of all tokens, the end included. */
  readonly logProb: number;
  /** Whether it came to its end, rather than to `maxLength`. */
  readonly ended: boolean;
}

/** What a step left: its log-probabilities on the host, and the state. */
export interface Stepped<S> {
  readonly logProbs: ArrayLike<number>;
  readonly vocabulary: number;
  readonly state: S;
}

/** Runs a step on tokens of the host. The state it gives is the caller's to dispose. */
export async function runStep<S extends StateTree>(
  where: string,
  step: DecodeStep<S>,
  tokens: readonly number[],
  state: S,
): Promise<Stepped<S>> {
  const backend = stateTensors(state)[0]?.backend;
  // Handles of its own: what the step captured and handed on must outlive this.
  const made = noGrad(() => {
    const result = step(tensor(tokens, { dtype: "i32", backend }), state);
    check(where, result.logProbs, tokens.length);
    return { logProbs: stopGradient(result.logProbs), state: detachState(result.state) };
  });
  const logProbs = await made.logProbs.data();
  made.logProbs.dispose();
  checkValues(where, logProbs);
  return { logProbs, vocabulary: made.logProbs.shape[1], state: made.state };
}

/** The rows of a state in another order, with handles of their own. */
export function reorderState<S extends StateTree>(
  state: S,
  rows: readonly number[],
  reorder: ((state: S, rows: Tensor) => S) | undefined,
): S {
  const backend = stateTensors(state)[0]?.backend;
  return noGrad(() => {
    const index = tensor(rows, { dtype: "i32", backend });
    return detachState(reorder === undefined ? selectState(state, index) : reorder(state, index));
  });
}

/** Gives the memory of a state back. */
export function disposeState(state: StateTree): void {
  for (const part of stateTensors(state)) part.dispose();
}

/** Throws unless the options can be decoded with. */
export function checkDecode(where: string, options: Pick<DecodeOptions<never>, "start" | "maxLength" | "end">): void {
  const { start, maxLength, end } = options;
  const fails = (problem: string, got: string, fix: string) =>
    new DataError({ where, problem, rows: [["got", got]], fix });
  if (!Array.isArray(start) || start.length === 0 || !start.every((token) => Number.isInteger(token)))
    throw fails("start is no list of tokens", String(start), "give one token for each sequence: { start: [0] }");
  if (!(Number.isInteger(maxLength) && maxLength > 0))
    throw fails("maxLength is not a positive integer", String(maxLength), "give the most tokens to decode");
  if (end !== undefined && !(Number.isInteger(end) && end >= 0))
    throw fails("end is no token", String(end), "give the index of the token that ends a sequence, or leave it out");
}

function check(where: string, logProbs: Tensor, rows: number): void {
  const fits = logProbs.rank === 2 && logProbs.shape[0] === rows && logProbs.shape[1] > 0;
  const real = logProbs.dtype === "f32" || logProbs.dtype === "f64";
  if (fits && real) return;
  const Kind = fits ? DTypeError : ShapeError;
  throw new Kind({
    where,
    problem: "the step gives no log-probability for each row and token",
    rows: [
      ["logProbs", describe(logProbs)],
      ["expected", `f32 [${rows}, v]`],
    ],
    fix: "return { logProbs: logSoftmax(logits), state }",
  });
}

function checkValues(where: string, logProbs: ArrayLike<number>): void {
  for (let i = 0; i < logProbs.length; i++) {
    // Rounding may leave a little above 0.
    if (logProbs[i] <= 1e-3) continue;
    throw new DataError({
      where,
      problem: "what the step gives are no log-probabilities",
      rows: [
        ["expected", "numbers up to 0"],
        ["got", String(logProbs[i])],
      ],
      fix: "return { logProbs: logSoftmax(logits), state }",
    });
  }
}
