import type { Shape } from "@nn/backend";
import { describe, ShapeError } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { concat } from "./concat.js";
import { expand } from "./expand.js";
import { flip } from "./flip.js";
import type { Padding } from "./pad.js";
import { slice } from "./slice.js";

/** What a padding holds, if not a constant: a mirror image without the edge itself, the edge, or the other end. */
export type PadMode = "reflect" | "replicate" | "circular";

type PadModeAttrs = { readonly padding: readonly Padding[]; readonly mode: PadMode };

const op = defineOp<PadModeAttrs>({
  name: "padMode",
  infer: ([x], attrs) => {
    const shape: Shape = x!.shape;
    const { padding, mode } = attrs;
    const least = (size: number) => (mode === "reflect" ? size - 1 : mode === "circular" ? size : size && Infinity);
    const fits = (amount: number, size: number) => Number.isInteger(amount) && amount >= 0 && amount <= least(size);
    if (padding.length === shape.length && padding.every((pair, i) => pair.every((n) => fits(n, shape[i]!)))) {
      return { dtype: x!.dtype, shape: shape.map((d, i) => d + padding[i]![0] + padding[i]![1]) };
    }
    throw misfit(x!, attrs);
  },
  composed: ([x], { padding, mode }) => padding.reduce((padded, pair, axis) => padAxis(padded, axis, pair, mode), x!),
});

/** `pad` in the modes that take their elements from the tensor itself. */
export function padMode(x: Tensor, padding: readonly Padding[], mode: PadMode): Tensor {
  return op.call([x], { padding, mode });
}

function padAxis(x: Tensor, axis: number, [before, after]: Padding, mode: PadMode): Tensor {
  if (before === 0 && after === 0) return x;
  const size: number = x.shape[axis]!;
  const part = (start: number, end: number) => slice(x, axis, start, end);
  const edge = (at: number, count: number) => expand(part(at, at + 1), x.shape.with(axis, count));
  switch (mode) {
    case "reflect":
      return concat([flip(part(1, before + 1), axis), x, flip(part(size - 1 - after, size - 1), axis)], axis);
    case "replicate":
      return concat([edge(0, before), x, edge(size - 1, after)], axis);
    case "circular":
      return concat([part(size - before, size), x, part(0, after)], axis);
  }
}

const limits: Readonly<Record<PadMode, string>> = {
  reflect: "at least 0 and less than the dimension",
  replicate: "at least 0, of dimensions that are not empty",
  circular: "at least 0 and at most the dimension",
};

function misfit(x: Tensor, { padding, mode }: PadModeAttrs): ShapeError {
  return new ShapeError({
    where: "pad",
    problem: `the padding does not fit the tensor in mode "${mode}"`,
    rows: [
      ["input", describe(x)],
      ["padding", padding.map(([before, after]) => `[${before}, ${after}]`).join(", ")],
      ["expected", `${x.rank} pairs of integers, ${limits[mode]}`],
    ],
    fix: 'give one [before, after] pair per dimension; to cut, use slice or mode "constant"',
  });
}
