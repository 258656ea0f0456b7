import { linear, Module, ownedBy, uniform } from "@nn/layers";
import { describe, Parameter, ShapeError, type Tensor, tanh } from "@nn/tensor";
import { checkSizes, type RecurrentParameterOptions } from "../cells/cell-parameters.js";
import {
  attendSequence,
  checkAttention,
  type SequenceAttention,
  type SequenceAttentionOptions,
} from "./attend-sequence.js";

/** The parameters of additive attention. */
export interface AdditiveAttentionWeights {
  /** `(a, q)`, multiplies queries. */
  readonly weightQuery: Tensor;
  /** `(a, k)`, multiplies keys. */
  readonly weightKey: Tensor;
  /** `(a)`, weighs the sum of both. */
  readonly weightScore: Tensor;
  /** `(a)`, added to the sum. */
  readonly bias?: Tensor | undefined;
}

/** How additive attention is called. */
export interface AdditiveAttentionOptions extends SequenceAttentionOptions {
  /** `(n, s, a)`: `keys · weightKeyᵀ`, where it is known from an earlier step. */
  readonly projectedKeys?: Tensor;
}

/**
 * Attention whose scores are `weightScore · tanh(weightQuery · query + weightKey · key + bias)` (Bahdanau, Cho and Bengio,
 * 2015).
 *
 * @param query `(n, q)`, or `(n, l, q)` for several at once
 * @param keys `(n, s, k)`
 * @throws ShapeError or DTypeError when the operands do not fit.
 *
 * @example
 * ```ts
 * import { additiveAttention } from "@nn/recurrent";
 * import { ones, tensor } from "@nn/tensor";
 *
 * const keys = tensor([[[1, 0], [0, 1], [5, 5]]]);
 * const { context, weights } = additiveAttention(
 *   ones([1, 3]),
 *   keys,
 *   { weightQuery: ones([4, 3]), weightKey: ones([4, 2]), weightScore: ones([4]) },
 *   { lengths: tensor([2], { dtype: "i32" }) },
 * );
 * await weights.array(); // => [[0.5, 0.5, 0]]
 * await context.array(); // => [[0.5, 0.5]]
 * ```
 */
export function additiveAttention(
  query: Tensor,
  keys: Tensor,
  weights: AdditiveAttentionWeights,
  options: AdditiveAttentionOptions = {},
): SequenceAttention {
  checkAttention("additiveAttention", query, keys, options);
  const { weightQuery, weightKey, weightScore, bias } = weights;
  checkWeights(query, keys, weights, options.projectedKeys);
  const single = query.rank === 2;
  const queries = linear(single ? query.unsqueeze(1) : query, weightQuery, bias);
  const projected = options.projectedKeys ?? linear(keys, weightKey);
  const hidden = tanh(queries.unsqueeze(2).add(projected.unsqueeze(1)));
  const scores = linear(hidden, weightScore.unsqueeze(0)).squeeze(3);
  return attendSequence(scores, keys, options, single);
}

function checkWeights(
  query: Tensor,
  keys: Tensor,
  weights: AdditiveAttentionWeights,
  projected: Tensor | undefined,
): void {
  const { weightQuery, weightKey, weightScore } = weights;
  const [q, k] = [query.shape[query.rank - 1], keys.shape[2]];
  const a = weightQuery.shape[0];
  const fits = weightQuery.rank === 2 && weightKey.rank === 2 && weightScore.rank === 1;
  if (fits && weightQuery.shape[1] === q && weightKey.shape[1] === k && weightKey.shape[0] === a) {
    const [n, s] = keys.shape;
    if (projected !== undefined && `${projected.shape}` !== `${[n, s, a]}`) {
      throw new ShapeError({
        where: "additiveAttention",
        problem: "projectedKeys are not those of the keys",
        rows: [
          ["keys", describe(keys)],
          ["projectedKeys", describe(projected), `expected [${n}, ${s}, ${a}]`],
        ],
        fix: "attention.projectKeys(keys)",
      });
    }
    if (weightScore.shape[0] === a) return;
  }
  throw new ShapeError({
    where: "additiveAttention",
    problem: "the weights do not match query and keys",
    rows: Object.entries({ query, keys, weightQuery, weightKey, weightScore }).map(([name, x]) => [name, describe(x)]),
    fix: `weightQuery [a, ${q}], weightKey [a, ${k}], weightScore [a]: new AdditiveAttention(${q}, ${k}, a)`,
  });
}

/**
 * Additive attention with parameters (Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align
 * and translate", 2015). A decoder that asks at every step computes `projectKeys(keys)` once.
 *
 * @throws DataError when a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { AdditiveAttention } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * const attention = new AdditiveAttention(8, 6, 16);
 * const { context, weights } = attention.forward(zeros([2, 8]), zeros([2, 5, 6]));
 * context.shape; // => [2, 6]
 * weights.shape; // => [2, 5]
 * ```
 */
export class AdditiveAttention extends Module {
  /** `(attentionDim, queryDim)` */
  readonly weight_query: Parameter;
  /** `(attentionDim, keyDim)` */
  readonly weight_key: Parameter;
  /** `(attentionDim)` */
  readonly weight_score: Parameter;
  /** `(attentionDim)`, absent with `{ bias: false }`. */
  readonly bias: Parameter | undefined;

  /** All parameters start uniform in ±1/√(the number of inputs that they sum up). */
  constructor(
    readonly queryDim: number,
    readonly keyDim: number,
    readonly attentionDim: number,
    options: RecurrentParameterOptions = {},
  ) {
    super();
    checkSizes("AdditiveAttention", { queryDim, keyDim, attentionDim });
    const make = (shape: readonly number[], inputs: number) => {
      const bound = 1 / Math.sqrt(inputs);
      return new Parameter(uniform(shape, { ...options, low: -bound, high: bound }));
    };
    this.weight_query = make([attentionDim, queryDim], queryDim);
    this.weight_key = make([attentionDim, keyDim], keyDim);
    this.weight_score = make([attentionDim], attentionDim);
    if (options.bias !== false) this.bias = make([attentionDim], queryDim);
  }

  /** `(n, s, keyDim)` → `(n, s, attentionDim)`: what `forward` takes as `projectedKeys`. */
  projectKeys(keys: Tensor): Tensor {
    return linear(keys, this.weight_key, undefined, { owner: this });
  }
  /**
   * What a query `(n, queryDim)` or queries `(n, l, queryDim)` find among keys `(n, s, keyDim)`.
   *
   * @throws ShapeError or DTypeError when the operands do not fit.
   */
  forward(query: Tensor, keys: Tensor, options: AdditiveAttentionOptions = {}): SequenceAttention {
    const { weight_query, weight_key, weight_score, bias } = this;
    const weights = { weightQuery: weight_query, weightKey: weight_key, weightScore: weight_score, bias };
    return ownedBy(this, () => additiveAttention(query, keys, weights, options));
  }
  override extraRepr(): string {
    return `${this.queryDim}, ${this.keyDim}, ${this.attentionDim}`;
  }
}
