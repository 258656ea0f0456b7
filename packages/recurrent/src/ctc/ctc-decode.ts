import { DataError, DTypeError, describe, ShapeError, type Tensor } from "@nn/tensor";
import { checkLengths } from "../lengths/check-lengths.js";

/** Options of the CTC decoders. */
export interface CtcDecodeOptions {
  /** The class that stands for nothing. Default 0. */
  readonly blank?: number;
  /** `(n)` i32, the steps of each sequence. Default: all. */
  readonly inputLengths?: Tensor;
  /** Whether log-probabilities are `(n, t, c)`; false: `(t, n, c)`. Default true. */
  readonly batchFirst?: boolean;
}

/** What a CTC decoder read. */
export interface CtcDecoded {
  /** Classes without blanks and repetitions. */
  readonly tokens: readonly number[];
  /** Of greedy decoding: of the best alignment. Of beam search: of the tokens, over the alignments it followed. */
  readonly logProb: number;
}

/** One sequence on the host: the log-probability of a class at a step. */
export interface CtcSequence {
  readonly steps: number;
  readonly classes: number;
  at(step: number, k: number): number;
}

/** Reads log-probabilities and lengths. */
export async function readCtc(where: string, logProbs: Tensor, options: CtcDecodeOptions): Promise<CtcSequence[]> {
  const { blank = 0, inputLengths, batchFirst = true } = options;
  check(where, logProbs, blank);
  const [n, t, c] = batchFirst ? logProbs.shape : [logProbs.shape[1], logProbs.shape[0], logProbs.shape[2]];
  if (inputLengths !== undefined) checkLengths(where, inputLengths, n, { logProbs });
  const [values, lengths] = await Promise.all([logProbs.data(), inputLengths?.data()]);
  return Array.from({ length: n }, (_, row) => ({
    steps: Math.min(lengths?.[row] ?? t, t),
    classes: c,
    at: (step, k) => values[(batchFirst ? row * t + step : step * n + row) * c + k],
  }));
}

function check(where: string, logProbs: Tensor, blank: number): void {
  const rows = [["logProbs", describe(logProbs)]] as const;
  if (logProbs.rank !== 3) {
    throw new ShapeError({
      where,
      problem: "log-probabilities are not (n, t, c)",
      rows,
      fix: "logProbs.unsqueeze(0) makes a batch of one sequence",
    });
  }
  if (logProbs.dtype !== "f32" && logProbs.dtype !== "f64") {
    throw new DTypeError({ where, problem: "log-probabilities must be f32 or f64", rows, fix: 'logProbs.cast("f32")' });
  }
  const classes = logProbs.shape[2];
  if (Number.isInteger(blank) && blank >= 0 && blank < classes) return;
  throw new DataError({
    where,
    problem: "blank is no class",
    rows: [...rows, ["expected", `an integer from 0 to ${classes - 1}`, `got ${blank}`]],
    fix: "give the index of the blank among the classes: { blank: 0 }",
  });
}
