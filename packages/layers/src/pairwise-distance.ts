import { abs, DataError, defineElementwise, pow, type Tensor } from "@nn/tensor";
import { checkFloats } from "./checks.js";
import { l2Norm } from "./l2-norm.js";
import { sameShape } from "./losses/class-targets.js";

const op = defineElementwise({ name: "pairwiseDistance", body: ([a, b], [eps]) => a.sub(b).add(eps) });

/** Options of `pairwiseDistance`. */
export interface PairwiseDistanceOptions {
  /** Degree of the distance, positive: 2 (default) for the Euclidean one, 1 for the sum of the absolute differences. */
  readonly p?: number;
  /** Added to each difference, so that the distance of equal vectors has a gradient. Default 1e-6. */
  readonly eps?: number;
}

/**
 * The distance between vectors along the last axis, `‖a − b + eps‖` (torch.nn.functional.pairwise_distance). The other
 * dimensions broadcast: `(n, 1, d)` with `(1, m, d)` gives all distances.
 *
 * @throws DTypeError when the operands are not all f32 or all f64, ShapeError when the shapes do not broadcast, DataError
 * when p is not positive.
 *
 * @example
 * ```ts
 * import { pairwiseDistance } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await pairwiseDistance(tensor([[0, 0]]), tensor([[3, 4]]), { eps: 0 }).array(); // => [5]
 * ```
 */
export function pairwiseDistance(a: Tensor, b: Tensor, options: PairwiseDistanceOptions = {}): Tensor {
  const { p = 2, eps = 1e-6 } = options;
  checkFloats("pairwiseDistance", { a, b });
  if (!(p > 0) || p === Number.POSITIVE_INFINITY) throw degreeError(p);
  const difference =
    eps === 0 ? a.sub(b) : sameShape(a.shape, b.shape) ? op.call([a, b], { scalars: [eps] }) : a.sub(b).add(eps);
  if (p === 2) return l2Norm(difference, difference.rank - 1).squeeze(-1);
  const distance = abs(difference);
  return p === 1 ? distance.sum(-1) : pow(pow(distance, p).sum(-1), 1 / p);
}

function degreeError(p: number): DataError {
  return new DataError({
    where: "pairwiseDistance",
    problem: "p is not a positive number",
    rows: [["got", String(p)]],
    fix: "use 2 for the Euclidean distance, 1 for the sum of the absolute differences",
  });
}
