import { DTypeError, describe, logicalAnd, logicalNot, ShapeError, type Tensor } from "@nn/tensor";
import { causalMask } from "./attend.js";

/** What queries may not look at. */
export interface AttentionMasks {
  /** `(n, s)`: bool, true where a key is padding; or in the queries' dtype, added to the scores. */
  readonly keyPaddingMask?: Tensor;
  /** `(l, s)`, `(n · numHeads, l, s)` or `(n, numHeads, l, s)`: bool, true where a query may not look; or added. */
  readonly attnMask?: Tensor;
  /** Whether query i may look only at the keys up to i. Default false. */
  readonly causal?: boolean;
}

/** The masks as one of what is allowed, and one of what is added; each broadcasts to `(n, heads, l, s)`. */
export function readMasks(
  { keyPaddingMask, attnMask, causal = false }: AttentionMasks,
  query: Tensor,
  s: number,
  heads: number,
): { allowed: Tensor | undefined; bias: Tensor | undefined } {
  const [n, l] = query.shape;
  let allowed = causal ? causalMask(l, s, query) : undefined;
  let bias: Tensor | undefined;
  const take = (mask: Tensor) => {
    if (mask.dtype === "bool") {
      const open = logicalNot(mask);
      allowed = allowed === undefined ? open : logicalAnd(allowed, open);
    } else bias = bias === undefined ? mask : bias.add(mask);
  };
  if (keyPaddingMask !== undefined) {
    checkMask("keyPaddingMask", keyPaddingMask, query, [[n, s]]);
    take(keyPaddingMask.reshape([n, 1, 1, s]));
  }
  if (attnMask !== undefined) {
    checkMask("attnMask", attnMask, query, [
      [l, s],
      [n * heads, l, s],
      [n, heads, l, s],
    ]);
    take(attnMask.rank === 3 ? attnMask.reshape([n, heads, l, s]) : attnMask);
  }
  return { allowed, bias };
}

function checkMask(name: string, mask: Tensor, query: Tensor, shapes: readonly (readonly number[])[]): void {
  if (mask.dtype !== "bool" && mask.dtype !== query.dtype) {
    throw new DTypeError({
      where: "MultiheadAttention",
      problem: `${name} is neither bool nor in the dtype of the queries`,
      rows: [[name, describe(mask)]],
      fix: 'mask.cast("bool"), true where a query may not look',
    });
  }
  if (shapes.some((shape) => shape.length === mask.rank && shape.every((d, i) => d === mask.shape[i]))) return;
  throw new ShapeError({
    where: "MultiheadAttention",
    problem: `${name} does not fit`,
    rows: [
      [name, describe(mask)],
      ["expected", shapes.map((shape) => `[${shape.join(", ")}]`).join(" or ")],
    ],
    fix: "true stands where a query may not look; queries are rows, keys are columns",
  });
}
