import {
  abs,
  arange,
  type CreateOptions,
  DataError,
  DTypeError,
  describe,
  type Generator,
  logicalAnd,
  noGrad,
  onesLike,
  Parameter,
  pow,
  requireFloat,
  ShapeError,
  scatterAdd,
  scope,
  sqrt,
  type Tensor,
  where,
  zeros,
} from "@nn/tensor";
import { checkCount, checkPositive, checkTied } from "./checks.js";
import { embeddingOp } from "./embedding-op.js";
import { normal } from "./initializers/normal.js";
import { Module } from "./module.js";
import { ownedBy } from "./owned-by.js";

/** How `embedding` is called. */
export interface EmbeddingCallOptions {
  /** The row that gets no gradient. Negative ones count from the end. */
  readonly paddingIndex?: number;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * The rows of a table that an index names (torch.nn.functional.embedding). An index out of range cannot be seen without
 * waiting for the device: it gives NaN, and no gradient.
 *
 * @param index `(…)`, i32
 * @param weight `(n, d)`
 * @returns `(…, d)`
 * @throws DTypeError when the index is not i32 or the weight not f32 or f64, ShapeError when the weight is no matrix,
 * DataError when the weight has no row `paddingIndex`.
 *
 * @example
 * ```ts
 * import { embedding } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const weight = tensor([[1, 2], [3, 4]]);
 * await embedding(tensor([1, 0, 1], { dtype: "i32" }), weight).array(); // => [[3, 4], [1, 2], [3, 4]]
 * ```
 */
export function embedding(index: Tensor, weight: Tensor, options: EmbeddingCallOptions = {}): Tensor {
  const { paddingIndex, owner } = options;
  return ownedBy(owner, () => {
    check(index, weight);
    const attrs = { paddingIndex: paddingRow("embedding", paddingIndex, weight.shape[0]) };
    const rows = embeddingOp.call([index.reshape([index.size]), weight], attrs, { owner });
    return rows.reshape([...index.shape, weight.shape[1]]);
  });
}

function check(index: Tensor, weight: Tensor): void {
  requireFloat("embedding", weight);
  const rows = [
    ["index", describe(index), "…"],
    ["weight", describe(weight), "n d"],
  ] as const;
  if (index.dtype !== "i32") {
    throw new DTypeError({ where: "embedding", problem: "the index must be i32", rows, fix: 'index.cast("i32")' });
  }
  if (weight.rank === 2) return;
  throw new ShapeError({
    where: "embedding",
    problem: "the weight is no table",
    rows: [...rows, ["expected", "a weight of shape [n, d]"]],
    fix: "give each index a row: weight.unsqueeze(1) for a table of numbers",
  });
}

/** The padding row counted from the start; null for none. */
function paddingRow(where: string, paddingIndex: number | undefined, rows: number): number | null {
  if (paddingIndex === undefined) return null;
  const row = paddingIndex < 0 ? paddingIndex + rows : paddingIndex;
  if (Number.isInteger(row) && row >= 0 && row < rows) return row;
  throw new DataError({
    where,
    problem: "there is no such padding row",
    rows: [["expected", `paddingIndex from ${-rows} to ${rows - 1}`, `got ${paddingIndex}`]],
    fix: "count the padding token among the rows",
  });
}

/** The table with zeros in the padding row. */
function withoutRow(table: Tensor, padding: number | null): Tensor {
  if (padding === null) return table;
  const kept = arange(table.shape[0], { dtype: "i32", backend: table.backend }).notEqual(padding);
  return where(kept.unsqueeze(1), table, 0);
}

/** The table with the rows that the index names no longer than `maxNorm`. */
function shortened(table: Tensor, index: Tensor, maxNorm: number, p: number): Tensor {
  const [rows] = table.shape;
  const norm = p === 2 ? sqrt(table.square().sum(1)) : pow(pow(abs(table), p).sum(1), 1 / p);
  const none = zeros([rows], { dtype: "i32", backend: table.backend });
  const named = scatterAdd(none, 0, index.flatten(), onesLike(index).flatten()).greater(0);
  // PyTorch's 1e-7 keeps a row from being too long by rounding.
  const scale = where(logicalAnd(named, norm.greater(maxNorm)), norm.add(1e-7).reciprocal().mul(maxNorm), 1);
  return table.mul(scale.unsqueeze(1));
}

/** Options of `Embedding`. */
export interface EmbeddingOptions extends CreateOptions {
  /** The row that starts as zeros and gets no gradient. Negative ones count from the end. */
  readonly paddingIndex?: number;
  /** Draws the initial values. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
  /**
   * A parameter of another layer that is used here too (tied weights), `(numEmbeddings, embeddingDim)`, as it is. Default:
   * an own one.
   */
  readonly weight?: Parameter;
  /**
   * The longest that a vector may be: those looked up are made as short before, in the table itself. Reads the whole table
   * at every call. Default: no limit.
   */
  readonly maxNorm?: number;
  /** Degree of the norm that `maxNorm` limits. Default 2. */
  readonly normType?: number;
}

/**
 * A table of vectors, looked up by index (torch.nn.Embedding). The vectors start standard normal.
 *
 * @throws DataError when a number is not a positive integer, `paddingIndex` not a row, or `maxNorm` or
 * `normType` not positive; ShapeError when a tied weight
 * does not fit.
 *
 * @example
 * ```ts
 * import { Embedding } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new Embedding(1000, 16, { paddingIndex: 0 });
 * layer.forward(zeros([8, 20], { dtype: "i32" })).shape; // => [8, 20, 16]
 * ```
 */
export class Embedding extends Module {
  /** `(numEmbeddings, embeddingDim)` */
  readonly weight: Parameter;
  readonly paddingIndex: number | undefined;
  readonly maxNorm: number | undefined;
  readonly normType: number;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    super();
    checkCount("Embedding", "numEmbeddings", numEmbeddings);
    checkCount("Embedding", "embeddingDim", embeddingDim);
    const padding = paddingRow("Embedding", options.paddingIndex, numEmbeddings);
    this.paddingIndex = options.paddingIndex;
    const { weight, maxNorm, normType = 2, ...drawn } = options;
    if (maxNorm !== undefined) checkPositive("Embedding", "maxNorm", maxNorm);
    checkPositive("Embedding", "normType", normType);
    this.maxNorm = maxNorm;
    this.normType = normType;
    const shape = [numEmbeddings, embeddingDim];
    if (weight !== undefined) checkTied("Embedding", weight, shape);
    this.weight = weight ?? new Parameter(scope(() => withoutRow(normal(shape, drawn), padding)));
  }

  /** `(…)` i32 → `(…, embeddingDim)` */
  forward(index: Tensor): Tensor {
    const { weight, maxNorm, normType } = this;
    ownedBy(this, () => check(index, weight));
    if (maxNorm !== undefined) noGrad(() => weight.assign(shortened(weight, index, maxNorm, normType)));
    return embedding(index, this.weight, { paddingIndex: this.paddingIndex, owner: this });
  }
  override extraRepr(): string {
    const padding = this.paddingIndex === undefined ? "" : `, paddingIndex=${this.paddingIndex}`;
    const limit = this.maxNorm === undefined ? "" : `, maxNorm=${this.maxNorm}`;
    return `${this.weight.shape.join(", ")}${padding}${limit}`;
  }
}
