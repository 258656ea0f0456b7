import { arange, type Generator, type Tensor } from "@nn/tensor";
import { dropout } from "../dropout.js";
import { maskedSoftmax } from "./masked-softmax.js";

/** What attention may look at, and how. */
export interface AttendOptions {
  /** bool, true where a query may look; broadcasts to the scores. */
  readonly allowed?: Tensor | undefined;
  /** Added to the scores; broadcasts to them. */
  readonly bias?: Tensor | undefined;
  readonly scale: number;
  readonly dropout: number;
  readonly generator?: Generator | undefined;
  readonly owner?: object | undefined;
}

/** `softmax(q · kᵀ · scale + bias) · v`, and the softmax. */
export function attend(q: Tensor, k: Tensor, v: Tensor, options: AttendOptions): { output: Tensor; weights: Tensor } {
  const { allowed, bias, scale, dropout: p, generator, owner } = options;
  // The queries are fewer than the scores.
  const products = q.mul(scale).matmul(k.transpose());
  const attention = maskedSoftmax(bias === undefined ? products : products.add(bias), allowed, owner);
  const weights = p === 0 ? attention : dropout(attention, p, { training: true, generator, owner });
  return { output: weights.matmul(v), weights };
}

/** bool `(l, s)`: query i may look at the keys up to i. */
export function causalMask(l: number, s: number, like: Tensor): Tensor {
  const places = (count: number) => arange(count, { dtype: "i32", backend: like.backend });
  return places(l).unsqueeze(1).greaterEqual(places(s));
}
