import { softmax } from "@nn/layers";
import { DTypeError, describe, logicalAnd, ShapeError, type Tensor, where } from "@nn/tensor";
import { checkLengths } from "../lengths/check-lengths.js";
import { lengthsToMask } from "../lengths/lengths-to-mask.js";

/** What attention over a sequence is called with. */
export interface SequenceAttentionOptions {
  /** `(n, s, v)`, what is mixed. Default: the keys. */
  readonly values?: Tensor;
  /** `(n)` i32, the true length of each sequence of keys: nothing behind it is looked at. Default: all are s. */
  readonly lengths?: Tensor | undefined;
  /** bool `(n, s)`, true where a key may be looked at; goes together with lengths. */
  readonly mask?: Tensor | undefined;
}

/** What attention over a sequence gives. */
export interface SequenceAttention {
  /** The mixture of the values: `(n, v)`, or `(n, l, v)` where there are several queries. */
  readonly context: Tensor;
  /** How much each value is in it: `(n, s)` or `(n, l, s)`. All 0 where nothing may be looked at, else of sum 1. */
  readonly weights: Tensor;
}

// Not -Infinity: a row with nothing to look at must not become NaN on the way.
const never = -1e30;

/** Mixes values by the softmax of scores `(n, l, s)`; `single` leaves the axis of the queries out. */
export function attendSequence(
  scores: Tensor,
  keys: Tensor,
  { values = keys, lengths, mask }: SequenceAttentionOptions,
  single: boolean,
): SequenceAttention {
  const byLength = lengths === undefined ? undefined : lengthsToMask(lengths, keys.shape[1]);
  const both = mask !== undefined && byLength !== undefined ? logicalAnd(mask, byLength) : (mask ?? byLength);
  const allowed = both?.unsqueeze(1);
  const weights = allowed === undefined ? softmax(scores) : where(allowed, softmax(where(allowed, scores, never)), 0);
  const context = weights.matmul(values);
  return single ? { context: context.squeeze(1), weights: weights.squeeze(1) } : { context, weights };
}

/** Throws unless query `(n, q)` or `(n, l, q)`, keys `(n, s, k)` and the options belong together. */
export function checkAttention(
  where: string,
  query: Tensor,
  keys: Tensor,
  { values = keys, lengths, mask }: SequenceAttentionOptions,
): void {
  const operands = { query, keys, ...(values === keys ? {} : { values }), ...(mask === undefined ? {} : { mask }) };
  const rows = Object.entries(operands).map(([name, value]) => [name, describe(value)] as const);
  const [n, s] = keys.shape;
  const problems: string[] = [];
  if (query.rank !== 2 && query.rank !== 3) problems.push("the query is neither (n, q) nor (n, l, q)");
  if (keys.rank !== 3 || s === 0) problems.push("the keys are not (n, s, k) with at least one");
  else if (query.shape[0] !== n) problems.push("query and keys are of different batches");
  if (values.rank !== 3 || values.shape[0] !== n || values.shape[1] !== s) problems.push("values are not (n, s, v)");
  if (mask !== undefined && (mask.rank !== 2 || mask.shape[0] !== n || mask.shape[1] !== s))
    problems.push("the mask is not (n, s)");
  if (problems.length > 0) {
    throw new ShapeError({
      where,
      problem: problems.join("; "),
      rows,
      fix: "pass the decoder's state (n, h) as query and the encoder's outputs (n, s, h) as keys",
    });
  }
  if (lengths !== undefined) checkLengths(where, lengths, n, operands);
  if (mask === undefined || mask.dtype === "bool") return;
  throw new DTypeError({ where, problem: "the mask must be bool", rows, fix: 'mask.cast("bool"), true where to look' });
}
