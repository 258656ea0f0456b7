import type { Shape } from "@nn/backend";
import { DTypeError, describe, ShapeError } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { normalizeAxis } from "./reduce.js";
import { slice } from "./slice.js";

const op = defineOp<{ readonly axis: number }>({
  name: "concat",
  infer: (inputs, { axis }) => {
    const first = inputs[0]!;
    const total = inputs.reduce((sum, x) => sum + (x.shape[axis] ?? 0), 0);
    const shape = (first.shape as Shape).map((d, i) => (i === axis ? total : d));
    for (const x of inputs) if (x.dtype !== first.dtype || !fits(x, first, axis)) throw misfit(inputs, first, x, axis);
    return { dtype: first.dtype, shape };
  },
  saves: { inputs: [] },
  vjp: ({ g, inputs, attrs, need }) => {
    let start = 0;
    return inputs.map((x, i) => {
      const from = start;
      start += x.shape[attrs.axis]!;
      return need[i] ? slice(g, attrs.axis, from, start) : undefined;
    });
  },
});

/**
 * Joins tensors along an axis (torch.cat).
 *
 * @param tensors at least one; of the same dtype, rank, and sizes outside of the axis
 * @throws ShapeError, DTypeError
 *
 * @example
 * ```ts
 * import { concat, tensor } from "@nn/tensor";
 *
 * await concat([tensor([1]), tensor([2, 3])]).array(); // => [1, 2, 3]
 * ```
 */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  if (tensors.length === 0) {
    throw new ShapeError({ where: "concat", problem: "there are no tensors to join", fix: "give at least one" });
  }
  const at = normalizeAxis("concat", tensors[0]!, axis);
  if (tensors.length === 1) return tensors[0]!;
  const filled = tensors.filter((x) => x.shape[at]! > 0 || !fits(x, tensors[0]!, at) || x.dtype !== tensors[0]!.dtype);
  if (filled.length < 2) return filled[0] ?? tensors[0]!;
  // A device takes only so many inputs at once: join runs first, then the runs.
  const most = Math.max(2, filled[0]!.backend.capabilities.maxInputs);
  if (filled.length <= most) return op.call(filled, { axis: at });
  const runs = Array.from({ length: Math.ceil(filled.length / most) }, (_, i) =>
    filled.slice(i * most, (i + 1) * most),
  );
  return concat(
    runs.map((run) => concat(run, at)),
    at,
  );
}

function fits(x: Tensor, first: Tensor, axis: number): boolean {
  return x.rank === first.rank && (x.shape as Shape).every((d, i) => i === axis || d === first.shape[i]);
}

function misfit(inputs: readonly Tensor[], first: Tensor, x: Tensor, axis: number): ShapeError | DTypeError {
  const rows = [
    ["input 0", describe(first)],
    [`input ${inputs.indexOf(x)}`, describe(x)],
  ] as const;
  if (x.dtype !== first.dtype) {
    return new DTypeError({ where: "concat", problem: "the dtypes differ", rows, fix: `cast("${first.dtype}")` });
  }
  return new ShapeError({
    where: "concat",
    problem: `the sizes differ outside of axis ${axis}`,
    rows,
    fix: "slice or pad them to the same size, or join along another axis",
  });
}
