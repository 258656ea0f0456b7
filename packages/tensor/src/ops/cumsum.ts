import { DTypeError, describe } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { add } from "./add.js";
import { flip } from "./flip.js";
import { pad } from "./pad.js";
import { normalizeAxis } from "./reduce.js";

const op = defineOp<{ readonly axis: number }>({
  name: "cumsum",
  infer: ([x]) => {
    if (x!.dtype !== "bool") return x!;
    throw new DTypeError({
      where: "cumsum",
      problem: "arithmetic on bool is not defined",
      rows: [["input", describe(x!)]],
      fix: 'x.cast("i32")',
    });
  },
  // A scan in log2(n) steps: each adds the partial sums from 1, 2, 4, … elements before.
  composed: ([x], { axis }) => {
    const size = x!.shape[axis]!;
    let sum = x!;
    for (let shift = 1; shift < size; shift *= 2) {
      const shifted = pad(
        sum,
        sum.shape.map((_: number, i: number) => (i === axis ? [shift, -shift] : [0, 0])),
      );
      sum = add(sum, shifted);
    }
    return sum;
  },
  saves: { inputs: [] },
  vjp: ({ g, attrs }) => [flip(cumsum(flip(g, attrs.axis), attrs.axis), attrs.axis)],
});

/**
 * Running sum along an axis (torch.cumsum).
 *
 * @throws ShapeError when the axis does not exist, DTypeError for bool.
 *
 * @example
 * ```ts
 * import { cumsum, tensor } from "@nn/tensor";
 *
 * await cumsum(tensor([1, 2, 3]), 0).array(); // => [1, 3, 6]
 * ```
 */
export function cumsum(x: Tensor, axis: number): Tensor {
  return op.call([x], { axis: normalizeAxis("cumsum", x, axis) });
}
