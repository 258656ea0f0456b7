import { linear, Module, ownedBy, uniform } from "@nn/layers";
import { describe, Parameter, ShapeError, type Tensor } from "@nn/tensor";
import { checkSizes, type RecurrentParameterOptions } from "../cells/cell-parameters.js";
import {
  attendSequence,
  checkAttention,
  type SequenceAttention,
  type SequenceAttentionOptions,
} from "./attend-sequence.js";

/** How multiplicative attention is called. */
export interface MultiplicativeAttentionOptions extends SequenceAttentionOptions {
  /** `(k, q)`: scores are `key · weight · query` ("general"). Default: none, `key · query` ("dot"). */
  readonly weight?: Tensor | undefined;
  /** Factor of the scores. Default 1; `scaledDotProductAttention` of @nn/layers divides by √q. */
  readonly scale?: number;
}

/**
 * Attention whose scores are products of keys and queries (Luong, Pham and Manning, 2015).
 *
 * @param query `(n, q)`, or `(n, l, q)` for several at once
 * @param keys `(n, s, k)`; without a weight k is q
 * @throws ShapeError or DTypeError when the operands do not fit.
 *
 * @example
 * ```ts
 * import { multiplicativeAttention } from "@nn/recurrent";
 * import { tensor } from "@nn/tensor";
 *
 * const keys = tensor([[[100, 0], [0, 100]]]);
 * const { weights } = multiplicativeAttention(tensor([[0, 1]]), keys);
 * await weights.array(); // => [[0, 1]]
 * ```
 */
export function multiplicativeAttention(
  query: Tensor,
  keys: Tensor,
  options: MultiplicativeAttentionOptions = {},
): SequenceAttention {
  const { weight, scale = 1 } = options;
  checkAttention("multiplicativeAttention", query, keys, options);
  checkWeight(query, keys, weight);
  const single = query.rank === 2;
  const queries = single ? query.unsqueeze(1) : query;
  const turned = weight === undefined ? queries : linear(queries, weight);
  // The queries are fewer than the scores.
  const scores = (scale === 1 ? turned : turned.mul(scale)).matmul(keys.transpose());
  return attendSequence(scores, keys, options, single);
}

function checkWeight(query: Tensor, keys: Tensor, weight: Tensor | undefined): void {
  const [q, k] = [query.shape[query.rank - 1], keys.shape[2]];
  if (weight === undefined ? q === k : weight.rank === 2 && weight.shape[0] === k && weight.shape[1] === q) return;
  const operands = { query, keys, ...(weight === undefined ? {} : { weight }) };
  throw new ShapeError({
    where: "multiplicativeAttention",
    problem: weight === undefined ? "query and keys differ in features" : "the weight does not match query and keys",
    rows: Object.entries(operands).map(([name, x]) => [name, describe(x)]),
    fix: `a weight [${k}, ${q}] goes between them: new MultiplicativeAttention(${q}, ${k})`,
  });
}

/**
 * Multiplicative attention with a weight, "general" (Luong, Pham and Manning, "Effective approaches to attention-based
 * neural machine translation", 2015). The weight starts uniform in ±1/√queryDim.
 *
 * @throws DataError when a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { MultiplicativeAttention } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * const { context } = new MultiplicativeAttention(8, 6).forward(zeros([2, 4, 8]), zeros([2, 5, 6]));
 * context.shape; // => [2, 4, 6]
 * ```
 */
export class MultiplicativeAttention extends Module {
  /** `(keyDim, queryDim)` */
  readonly weight: Parameter;

  constructor(
    readonly queryDim: number,
    readonly keyDim: number,
    options: Omit<RecurrentParameterOptions, "bias"> = {},
  ) {
    super();
    checkSizes("MultiplicativeAttention", { queryDim, keyDim });
    const bound = 1 / Math.sqrt(queryDim);
    this.weight = new Parameter(uniform([keyDim, queryDim], { ...options, low: -bound, high: bound }));
  }

  /**
   * What a query `(n, queryDim)` or queries `(n, l, queryDim)` find among keys `(n, s, keyDim)`.
   *
   * @throws ShapeError or DTypeError when the operands do not fit.
   */
  forward(query: Tensor, keys: Tensor, options: SequenceAttentionOptions = {}): SequenceAttention {
    return ownedBy(this, () => multiplicativeAttention(query, keys, { ...options, weight: this.weight }));
  }
  override extraRepr(): string {
    return `${this.queryDim}, ${this.keyDim}`;
  }
}
