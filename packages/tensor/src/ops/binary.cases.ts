import type { OpCases } from "../cases.js";
import type { Tensor, TensorLike } from "../core/tensor.js";
import { add } from "./add.js";
import { atan2 } from "./atan2.js";
import { div } from "./div.js";
import { maximum } from "./maximum.js";
import { minimum } from "./minimum.js";
import { mod } from "./mod.js";
import { mul } from "./mul.js";
import { broadcast } from "./naive.js";
import { pow } from "./pow.js";
import { sub } from "./sub.js";

interface Kind {
  readonly run: (a: TensorLike, b: TensorLike) => Tensor;
  readonly reference: (a: number, b: number) => number;
  /** Ranges of both operands where it is smooth. Default [-2, 2). */
  readonly left?: readonly [number, number];
  readonly right?: readonly [number, number];
  /** What it makes of integers; default: the reference. `null`: not defined. */
  readonly integers?: ((a: number, b: number) => number) | null;
}

const kinds: Readonly<Record<string, Kind>> = {
  add: { run: add, reference: (a, b) => a + b },
  sub: { run: sub, reference: (a, b) => a - b },
  mul: { run: mul, reference: (a, b) => a * b },
  div: { run: div, reference: (a, b) => a / b, right: [0.5, 3], integers: (a, b) => Math.trunc(a / b) },
  // Between two multiples of the divisor, where it is smooth: a / b stays in (0.1, 0.9) or (-0.9, -0.1).
  mod: { run: mod, reference: (a, b) => a - b * Math.floor(a / b), left: [0.5, 1.5], right: [2, 3] },
  pow: { run: pow, reference: (a, b) => a ** b, left: [0.5, 2], integers: null },
  maximum: { run: maximum, reference: Math.max },
  minimum: { run: minimum, reference: Math.min },
  atan2: { run: atan2, reference: Math.atan2, left: [0.25, 2], integers: null },
};

const deep = [1, 2, 1, 2, 1, 1, 2, 1];
const deepOther = [2, 1, 2, 1, 1, 3];
const deepBoth = [1, 2, 2, 2, 2, 1, 2, 3];

/** Arithmetic of two operands. */
export const binaryCases: readonly OpCases[] = Object.entries(kinds).map(([op, kind]): OpCases => {
  const { run, reference: f, left: l, right: r } = kind;
  const integers = kind.integers === undefined ? f : kind.integers;
  const pair = (a: readonly number[], b: readonly number[]) => [
    { shape: a, ...(l && { range: l }) },
    { shape: b, ...(r && { range: r }) },
  ];
  return {
    op,
    cases: [
      { name: "equal shapes", inputs: pair([3, 5], [3, 5]), run, reference: broadcast(f, [3, 5], [3, 5], [3, 5]) },
      {
        name: "both broadcast",
        inputs: pair([2, 1, 3], [4, 1]),
        run,
        reference: broadcast(f, [2, 4, 3], [2, 1, 3], [4, 1]),
      },
      { name: "row", inputs: pair([2, 3], [3]), run, reference: broadcast(f, [2, 3], [2, 3], [3]) },
      { name: "column", inputs: pair([2, 3], [2, 1]), run, reference: broadcast(f, [2, 3], [2, 3], [2, 1]) },
      { name: "scalar left", inputs: pair([], [2, 3]), run, reference: broadcast(f, [2, 3], [], [2, 3]) },
      { name: "scalar right", inputs: pair([2, 3], []), run, reference: broadcast(f, [2, 3], [2, 3], []) },
      { name: "eight axes", inputs: pair(deep, deepOther), run, reference: broadcast(f, deepBoth, deep, deepOther) },
      {
        name: "number right",
        inputs: pair([2, 3], []).slice(0, 1),
        run: (a) => run(a!, 2.5),
        reference: (a) => [a.map((x) => f(x, 2.5))],
      },
      {
        name: "number left",
        inputs: pair([], [2, 3]).slice(1),
        run: (b) => run(1.5, b!),
        reference: (b) => [b.map((x) => f(1.5, x))],
      },
      { name: "empty", inputs: pair([0, 3], [3]), run },
      { name: "the same tensor twice", inputs: pair([4], []).slice(0, 1), run: (x) => run(x!, mul(x!, 1.25)) },
      {
        name: "NaN and infinities",
        inputs: [
          { shape: [4, 1], values: [Number.NaN, Infinity, -Infinity, 1] },
          { shape: [5], values: [Number.NaN, Infinity, -Infinity, 1, 2] },
        ],
        run,
        noGradient: "poles; goldens have the conventions",
      },
      ...(integers === null
        ? []
        : [
            {
              name: "i32",
              inputs: [
                { shape: [3, 4], dtype: "i32", range: [-20, 20] },
                { shape: [4], dtype: "i32", values: [3, -7, 1, 5] },
              ] as const,
              run,
              reference: broadcast(integers, [3, 4], [3, 4], [4]),
            },
          ]),
    ],
    errors: [
      {
        name: "shapes that do not broadcast",
        inputs: pair([2, 3], [2]),
        run,
        error: "ShapeError",
        says: [`[${op}]`, "f32 [2, 3]", "f32 [2]", "equal or 1", "fix"],
      },
      {
        name: "two dtypes",
        inputs: [{ shape: [2] }, { shape: [2], dtype: "i32" }],
        run,
        error: "DTypeError",
        says: [`[${op}]`, "f32 [2]", "i32 [2]", 'cast("f32")'],
      },
      {
        name: "bool",
        inputs: [
          { shape: [2], dtype: "bool" },
          { shape: [2], dtype: "bool" },
        ],
        run,
        error: "DTypeError",
        says: [`[${op}]`, "arithmetic on bool", "logicalAnd"],
      },
      { name: "two numbers", inputs: [], run: () => run(1, 2), error: "DTypeError", says: [`[${op}]`, "no operand"] },
    ],
  };
});
