import { softmax } from "@nn/layers";
import {
  argsort,
  cumsum,
  DataError,
  DTypeError,
  defaultGenerator,
  describe,
  type Generator,
  gather,
  min,
  ShapeError,
  scope,
  type Tensor,
  topk,
  where,
} from "@nn/tensor";

/** Options of `sampleLogits`. */
export interface SampleOptions {
  /** Divides the logits: below 1 the likely ones become likelier; 0 takes the largest. Default 1. */
  readonly temperature?: number;
  /** Only the k largest logits can be drawn (Fan et al., 2018). Default: all. */
  readonly topK?: number;
  /** Only the likeliest, whose probabilities sum up to p, can be drawn (Holtzman et al., 2020). Default 1: all. */
  readonly topP?: number;
  /** Draws. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
}

const never = -1e30;

/**
 * Draws a class for each row from `softmax(logits / temperature)`, by the largest of the logits with Gumbel noise.
 * `topK` and `topP` are applied to the logits divided by the temperature, first k, then p; logits equal to the last one
 * that may be drawn may be drawn too.
 *
 * @param logits `(…, v)`; logits of -∞ are never drawn
 * @returns `(…)` i32
 * @throws ShapeError when there is nothing to draw from, DTypeError when logits are not f32 or f64, DataError for an
 * option out of its range.
 *
 * @example
 * ```ts
 * import { sampleLogits } from "@nn/recurrent";
 * import { Generator, tensor } from "@nn/tensor";
 *
 * const logits = tensor([[0, 5, 4], [9, 0, 0]]);
 * await sampleLogits(logits, { temperature: 0 }).array(); // => [1, 0]
 * const drawn = sampleLogits(logits, { temperature: 0.8, topK: 2, generator: new Generator(1) });
 * drawn.shape; // => [2]
 * ```
 */
export function sampleLogits(logits: Tensor, options: SampleOptions = {}): Tensor {
  check(logits, options);
  const { temperature = 1, topK, topP = 1, generator = defaultGenerator() } = options;
  if (temperature === 0) return logits.argmax(-1);
  return scope(() => {
    const { shape, dtype, backend } = logits;
    let scaled = logits.mul(1 / temperature);
    if (topK !== undefined) scaled = keepLargest(scaled, Math.min(topK, shape[shape.length - 1]));
    if (topP < 1) scaled = keepNucleus(scaled, topP);
    const noise = generator.uniform(shape, { dtype, backend }).log().neg().log().neg();
    return scaled.add(noise).argmax(-1);
  });
}

function keepLargest(logits: Tensor, k: number): Tensor {
  const last = topk(logits, k).values.slice(-1, k - 1);
  return where(logits.greaterEqual(last), logits, never);
}

/** Leaves the smallest set of likely classes whose probabilities reach p. */
function keepNucleus(logits: Tensor, p: number): Tensor {
  const sorted = gather(logits, -1, argsort(logits, -1, { descending: true }));
  const probabilities = softmax(sorted);
  const before = cumsum(probabilities, -1).sub(probabilities);
  // The likeliest always stays, whatever rounding left of its 0.
  const inside = where(before.less(p), sorted, sorted.slice(-1, 0, 1));
  return where(logits.greaterEqual(min(inside, -1, { keepDims: true })), logits, never);
}

function check(logits: Tensor, { temperature = 1, topK = 1, topP = 1 }: SampleOptions): void {
  const fails = (problem: string, got: number, fix: string) =>
    new DataError({ where: "sampleLogits", problem, rows: [["got", String(got)]], fix });
  if (logits.dtype !== "f32" && logits.dtype !== "f64") {
    throw new DTypeError({
      where: "sampleLogits",
      problem: "logits must be f32 or f64",
      rows: [["logits", describe(logits)]],
      fix: 'logits.cast("f32")',
    });
  }
  if (logits.rank === 0 || logits.shape[logits.rank - 1] === 0) {
    throw new ShapeError({
      where: "sampleLogits",
      problem: "there is no class to draw",
      rows: [
        ["logits", describe(logits)],
        ["expected", "[…, v], v > 0"],
      ],
      fix: "pass one logit for each class along the last axis",
    });
  }
  if (!(temperature >= 0 && temperature < Number.POSITIVE_INFINITY))
    throw fails(
      "temperature is no number from 0",
      temperature,
      "use 1, less for likelier classes, 0 for the likeliest",
    );
  if (!(Number.isInteger(topK) && topK > 0))
    throw fails("topK is not a positive integer", topK, "leave it out for all");
  if (!(topP > 0 && topP <= 1)) throw fails("topP is not above 0 and at most 1", topP, "leave it out for all");
}
