import type { Tensor } from "@nn/tensor";
import { type CtcDecoded, type CtcDecodeOptions, type CtcSequence, readCtc } from "./ctc-decode.js";

/**
 * Reads the likeliest class of each step, without repetitions and then without blanks: the best alignment, which need not
 * be one of the likeliest target. Asynchronous, since it reads values.
 *
 * @param logProbs `(n, t, c)`; logits will do, save for `logProb`
 * @throws ShapeError or DTypeError when operands do not fit, DataError when blank is no class.
 *
 * @example
 * ```ts
 * import { ctcGreedyDecode } from "@nn/recurrent";
 * import { tensor } from "@nn/tensor";
 *
 * const steps = [[0.1, 0.9], [0.1, 0.9], [0.8, 0.2], [0.1, 0.9]];
 * const [decoded] = await ctcGreedyDecode(tensor([steps]).log());
 * decoded?.tokens; // => [1, 1]
 * ```
 */
export async function ctcGreedyDecode(logProbs: Tensor, options: CtcDecodeOptions = {}): Promise<CtcDecoded[]> {
  const sequences = await readCtc("ctcGreedyDecode", logProbs, options);
  return sequences.map((sequence) => decode(sequence, options.blank ?? 0));
}

function decode({ steps, classes, at }: CtcSequence, blank: number): CtcDecoded {
  const tokens: number[] = [];
  let logProb = 0;
  let last = blank;
  for (let step = 0; step < steps; step++) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (at(step, k) > at(step, best)) best = k;
    logProb += at(step, best);
    if (best !== blank && best !== last) tokens.push(best);
    last = best;
  }
  return { tokens, logProb };
}
