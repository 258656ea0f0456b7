import {
  type CreateOptions,
  DataError,
  describe,
  type Generator,
  Parameter,
  ShapeError,
  type Tensor,
  zeros,
} from "@nn/tensor";
import { checkCount, checkFloats } from "../checks.js";
import { checkProbability, ownStream } from "../dropout.js";
import { xavierUniform } from "../initializers/xavier.js";
import { Linear, linear } from "../linear.js";
import { Module } from "../module.js";
import { ownedBy } from "../owned-by.js";
import { attend } from "./attend.js";
import { type AttentionMasks, readMasks } from "./read-masks.js";

/** How `MultiheadAttention` is called. */
export interface AttentionCallOptions extends AttentionMasks {}

/** What `MultiheadAttention.forwardWithWeights` gives. */
export interface AttentionWithWeights {
  /** `(n, l, embedDim)` */
  readonly output: Tensor;
  /** `(n, l, s)`, the mean of the heads, or with `{ averageWeights: false }` `(n, numHeads, l, s)`. */
  readonly weights: Tensor;
}

/** Options of `MultiheadAttention`. */
export interface MultiheadAttentionOptions extends CreateOptions {
  /** Whether the projections have a bias. Default true. */
  readonly bias?: boolean;
  /** Probability with which a weight is dropped in training. Default 0. */
  readonly dropout?: number;
  /** Features of the keys. Default embedDim. */
  readonly kdim?: number;
  /** Features of the values. Default embedDim. */
  readonly vdim?: number;
  /** Draws the initial values. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
}

/**
 * Attention of several heads (torch.nn.MultiheadAttention with `batch_first`; Vaswani et al., "Attention is all you
 * need", 2017). State-dict keys are PyTorch's, and so is the meaning of the masks: true where a query may not look.
 *
 * @throws DataError when a number is not a positive integer, the heads do not divide embedDim, or dropout is no
 * probability.
 *
 * @example
 * ```ts
 * import { MultiheadAttention } from "@nn/layers";
 * import { stateDict, zeros } from "@nn/tensor";
 *
 * const attention = new MultiheadAttention(64, 8);
 * attention.forward(zeros([2, 10, 64])).shape; // => [2, 10, 64]
 * attention.forward(zeros([2, 10, 64]), zeros([2, 7, 64])).shape; // => [2, 10, 64]
 * Object.keys(stateDict(attention)); // => ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"]
 * ```
 */
export class MultiheadAttention extends Module {
  /** Of queries, keys and values, one below the other: `(3 · embedDim, embedDim)`. Absent with `kdim` or `vdim`. */
  readonly in_proj_weight: Parameter | undefined;
  /** `(embedDim, embedDim)`, where keys or values have other features. */
  readonly q_proj_weight: Parameter | undefined;
  /** `(embedDim, kdim)` */
  readonly k_proj_weight: Parameter | undefined;
  /** `(embedDim, vdim)` */
  readonly v_proj_weight: Parameter | undefined;
  /** `(3 · embedDim)`, absent with `{ bias: false }`. */
  readonly in_proj_bias: Parameter | undefined;
  readonly out_proj: Linear;
  readonly dropout: number;
  /** Draws what is dropped. */
  readonly generator: Generator;

  constructor(
    readonly embedDim: number,
    readonly numHeads: number,
    options: MultiheadAttentionOptions = {},
  ) {
    super();
    const { bias = true, dropout = 0, kdim = embedDim, vdim = embedDim, generator, dtype, backend } = options;
    checkSizes({ embedDim, numHeads, kdim, vdim });
    checkProbability("MultiheadAttention", dropout);
    this.dropout = dropout;
    const drawn = { generator, dtype, backend };
    const weight = (rows: number, columns: number) => new Parameter(xavierUniform([rows, columns], drawn));
    if (kdim === embedDim && vdim === embedDim) {
      this.in_proj_weight = weight(3 * embedDim, embedDim);
    } else {
      this.q_proj_weight = weight(embedDim, embedDim);
      this.k_proj_weight = weight(embedDim, kdim);
      this.v_proj_weight = weight(embedDim, vdim);
    }
    if (bias) this.in_proj_bias = new Parameter(zeros([3 * embedDim], { dtype, backend }));
    this.out_proj = new Linear(embedDim, embedDim, { ...drawn, bias });
    if (bias) this.out_proj.bias?.assign(zeros([embedDim], { dtype, backend }));
    this.generator = ownStream("attention");
  }

  /**
   * What the queries find: `(n, l, embedDim)`.
   *
   * @param query `(n, l, embedDim)`
   * @param key `(n, s, kdim)`; default: the query (self-attention)
   * @param value `(n, s, vdim)`; default: the key
   * @throws ShapeError when sizes do not match, DTypeError when the operands are not all f32 or all f64.
   */
  forward(query: Tensor, key: Tensor = query, value: Tensor = key, options: AttentionCallOptions = {}): Tensor {
    return ownedBy(this, () => this.run(query, key, value, options).output);
  }

  /** `forward`, and what each query looked at. */
  forwardWithWeights(
    query: Tensor,
    key: Tensor = query,
    value: Tensor = key,
    options: AttentionCallOptions & { readonly averageWeights?: boolean } = {},
  ): AttentionWithWeights {
    return ownedBy(this, () => {
      const { output, weights } = this.run(query, key, value, options);
      return { output, weights: options.averageWeights === false ? weights : weights.mean(1) };
    });
  }

  override extraRepr(): string {
    const { embedDim, numHeads, dropout } = this;
    return `${embedDim}, ${numHeads}, dropout=${dropout}, bias=${this.in_proj_bias !== undefined}`;
  }

  private run(query: Tensor, key: Tensor, value: Tensor, masks: AttentionMasks): AttentionWithWeights {
    this.check(query, key, value);
    const [n, l] = query.shape;
    const [q, k, v] = this.project(query, key, value);
    const { output, weights } = attend(q, k, v, {
      ...readMasks(masks, query, key.shape[1], this.numHeads),
      scale: 1 / Math.sqrt(this.embedDim / this.numHeads),
      dropout: this.training ? this.dropout : 0,
      generator: this.generator,
      owner: this,
    });
    return { output: this.out_proj.forward(output.permute([0, 2, 1, 3]).reshape([n, l, this.embedDim])), weights };
  }

  /** Queries, keys and values of all heads, each `(n, numHeads, …, headDim)`. */
  private project(query: Tensor, key: Tensor, value: Tensor): [q: Tensor, k: Tensor, v: Tensor] {
    const { embedDim, numHeads, in_proj_weight: packed, in_proj_bias: bias } = this;
    const heads = (x: Tensor, weight: Tensor, from: number, to: number) => {
      const [n, places] = x.shape;
      const part = bias?.slice(0, from * embedDim, to * embedDim);
      const y = linear(x, weight, part, { owner: this }).reshape([n, places, to - from, numHeads, -1]);
      return y.permute([2, 0, 3, 1, 4]);
    };
    // One product for all that is projected from the same tensor.
    if (packed !== undefined && key === value) {
      const rows = (from: number, to: number) => packed.slice(0, from * embedDim, to * embedDim);
      if (query === key) {
        const all = heads(query, packed, 0, 3);
        return [all.at(0), all.at(1), all.at(2)];
      }
      const both = heads(key, rows(1, 3), 1, 3);
      return [heads(query, rows(0, 1), 0, 1).at(0), both.at(0), both.at(1)];
    }
    const weightOf = (own: Tensor | undefined, i: number) => own ?? packed!.slice(0, i * embedDim, (i + 1) * embedDim);
    return [
      heads(query, weightOf(this.q_proj_weight, 0), 0, 1).at(0),
      heads(key, weightOf(this.k_proj_weight, 1), 1, 2).at(0),
      heads(value, weightOf(this.v_proj_weight, 2), 2, 3).at(0),
    ];
  }

  private check(query: Tensor, key: Tensor, value: Tensor): void {
    checkFloats("MultiheadAttention", { query, key, value, weight: this.out_proj.weight });
    const kdim = this.k_proj_weight?.shape[1] ?? this.embedDim;
    const vdim = this.v_proj_weight?.shape[1] ?? this.embedDim;
    const [q, k, v] = [query.shape, key.shape, value.shape];
    const ranks = q.length === 3 && k.length === 3 && v.length === 3;
    if (ranks && q[2] === this.embedDim && k[2] === kdim && v[2] === vdim && q[0] === k[0] && k[0] === v[0]) {
      if (k[1] === v[1]) return;
    }
    throw new ShapeError({
      where: "MultiheadAttention",
      problem: "query, key and value do not match the layer or each other",
      rows: [
        ["query", describe(query), `n l ${this.embedDim}`],
        ["key", describe(key), `n s ${kdim}`],
        ["value", describe(value), `n s ${vdim}`],
      ],
      fix: q.length === 2 ? "add the batch dimension: x.unsqueeze(0)" : "the batch comes first, the features last",
    });
  }
}

function checkSizes(sizes: { embedDim: number; numHeads: number; kdim: number; vdim: number }): void {
  for (const [name, size] of Object.entries(sizes)) checkCount("MultiheadAttention", name, size);
  if (sizes.embedDim % sizes.numHeads === 0) return;
  throw new DataError({
    where: "MultiheadAttention",
    problem: "the heads do not divide embedDim",
    rows: [["expected", `a divisor of ${sizes.embedDim}`, `got ${sizes.numHeads}`]],
    fix: "embedDim comes first: new MultiheadAttention(64, 8)",
  });
}
