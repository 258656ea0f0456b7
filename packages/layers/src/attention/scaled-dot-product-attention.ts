import { DTypeError, describe, type Generator, logicalAnd, ShapeError, type Tensor } from "@nn/tensor";
import { checkFloats } from "../checks.js";
import { checkProbability } from "../dropout.js";
import { ownedBy } from "../owned-by.js";
import { attend, causalMask } from "./attend.js";

/** Options of `scaledDotProductAttention`. */
export interface AttentionOptions {
  /**
   * Broadcasts to `(…, l, s)`. bool: true where a query may look (the opposite of MultiheadAttention's masks, as in
   * PyTorch). In the queries' dtype: added to the scores.
   */
  readonly mask?: Tensor;
  /** Whether query i may look only at the keys up to i. Goes together with a mask. Default false. */
  readonly causal?: boolean;
  /** Probability with which a weight is dropped, always: pass 0 in evaluation. Default 0. */
  readonly dropout?: number;
  /** Factor of the products. Default 1 / √d. */
  readonly scale?: number;
  /** Draws what is dropped. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * `softmax(query · keyᵀ · scale + mask) · value` (torch.nn.functional.scaled_dot_product_attention; Vaswani et al.,
 * "Attention is all you need", 2017). A query that may look at nothing gives zeros.
 *
 * @param query `(…, l, d)`, for several heads `(n, h, l, d)`
 * @param key `(…, s, d)`
 * @param value `(…, s, dv)`
 * @returns `(…, l, dv)`
 * @throws ShapeError when the shapes do not match, DTypeError when the operands are not all f32 or all f64, DataError
 * when dropout is no probability.
 *
 * @example
 * ```ts
 * import { scaledDotProductAttention } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[1000, 0], [0, 1000]]);
 * await scaledDotProductAttention(x, x, tensor([[1], [2]])).array(); // => [[1], [2]]
 * ```
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  const { mask, causal = false, dropout = 0, generator, owner } = options;
  return ownedBy(owner, () => {
    check(query, key, value, mask);
    checkProbability("scaledDotProductAttention", dropout);
    const { scale = 1 / Math.sqrt(query.shape[query.rank - 1]) } = options;
    const past = causal ? causalMask(query.shape[query.rank - 2], key.shape[key.rank - 2], query) : undefined;
    const given = mask?.dtype === "bool" ? mask : undefined;
    const allowed = past !== undefined && given !== undefined ? logicalAnd(past, given) : (past ?? given);
    const bias = given === undefined ? mask : undefined;
    return attend(query, key, value, { allowed, bias, scale, dropout, generator, owner }).output;
  });
}

function check(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | undefined): void {
  checkFloats("scaledDotProductAttention", { query, key, value });
  const rows: [string, string, string?][] = [
    ["query", describe(query), "… l d"],
    ["key", describe(key), "… s d"],
    ["value", describe(value), "… s dv"],
  ];
  if (mask !== undefined) rows.push(["mask", describe(mask), "… l s"]);
  const [q, k, v] = [query.shape, key.shape, value.shape];
  const fits = q.length >= 2 && k.length >= 2 && v.length >= 2 && q.at(-1) === k.at(-1) && k.at(-2) === v.at(-2);
  if (!fits || q.at(-1) === 0) {
    throw new ShapeError({
      where: "scaledDotProductAttention",
      problem: "query, key and value do not match",
      rows: [...rows, ["expected", "one d for query and key, one s for key and value"]],
      fix: "project them to the same size, as MultiheadAttention does",
    });
  }
  if (mask === undefined) return;
  if (mask.dtype !== "bool" && mask.dtype !== query.dtype) {
    throw new DTypeError({
      where: "scaledDotProductAttention",
      problem: "the mask is neither bool nor in the dtype of the queries",
      rows,
      fix: 'mask.cast("bool")',
    });
  }
  const oneOr = (size: number | undefined, wanted: number) => size === undefined || size === 1 || size === wanted;
  if (oneOr(mask.shape.at(-1), k.at(-2)) && oneOr(mask.shape.at(-2), q.at(-2)) && mask.rank <= q.length) return;
  throw new ShapeError({
    where: "scaledDotProductAttention",
    problem: "the mask does not fit the scores",
    rows: [...rows, ["expected", `a mask of [${[...q.slice(0, -1), k.at(-2)].join(", ")}], or of sizes 1`]],
    fix: "unsqueeze the dimension of the heads: mask.unsqueeze(1)",
  });
}
