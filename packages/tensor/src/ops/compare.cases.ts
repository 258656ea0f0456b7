import type { CaseInput, OpCases } from "../cases.js";
import type { Tensor, TensorLike } from "../core/tensor.js";
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from "./compare.js";
import { isNaN as isNaNOp } from "./is-nan.js";
import { logicalAnd, logicalOr } from "./logical.js";
import { logicalNot } from "./logical-not.js";
import { broadcast } from "./naive.js";

type Run = (a: TensorLike, b: TensorLike) => Tensor;

const comparisons: Readonly<Record<string, readonly [Run, (a: number, b: number) => boolean]>> = {
  equal: [equal, (a, b) => a === b],
  notEqual: [notEqual, (a, b) => a !== b],
  less: [less, (a, b) => a < b],
  lessEqual: [lessEqual, (a, b) => a <= b],
  greater: [greater, (a, b) => a > b],
  greaterEqual: [greaterEqual, (a, b) => a >= b],
};
const logicals: typeof comparisons = {
  logicalAnd: [logicalAnd, (a, b) => a !== 0 && b !== 0],
  logicalOr: [logicalOr, (a, b) => a !== 0 || b !== 0],
};

const few = [0, 1, 1, 2, -1, 0];
const special = [Number.NaN, Infinity, -Infinity, 0, -0];

function casesOf(op: string, [run, test]: readonly [Run, (a: number, b: number) => boolean]): OpCases {
  const f = (a: number, b: number) => Number(test(a, b));
  return {
    op,
    cases: [
      {
        name: "with ties",
        inputs: [
          { shape: [2, 3], values: few },
          { shape: [2, 3], values: [...few].reverse() },
        ],
        run,
        reference: broadcast(f, [2, 3], [2, 3], [2, 3]),
      },
      {
        name: "both broadcast",
        inputs: [{ shape: [2, 1, 3] }, { shape: [4, 1] }],
        run,
        reference: broadcast(f, [2, 4, 3], [2, 1, 3], [4, 1]),
      },
      {
        name: "i32 and a number",
        inputs: [{ shape: [5], dtype: "i32", range: [-2, 3] }],
        run: (a) => run(a!, 1),
        reference: (a) => [a.map((x) => f(x, 1))],
      },
      {
        name: "bool",
        inputs: [
          { shape: [4], dtype: "bool", values: [0, 0, 1, 1] },
          { shape: [4], dtype: "bool", values: [0, 1, 0, 1] },
        ],
        run,
        reference: broadcast(f, [4], [4], [4]),
      },
      {
        name: "NaN, infinities and signed zeros",
        inputs: [
          { shape: [5, 1], values: special },
          { shape: [5], values: special },
        ],
        run,
        reference: broadcast(f, [5, 5], [5, 1], [5]),
      },
      { name: "empty", inputs: [{ shape: [0, 2] }, { shape: [2] }], run },
    ],
    errors: [
      {
        name: "shapes that do not broadcast",
        inputs: [{ shape: [3] }, { shape: [4] }],
        run,
        error: "ShapeError",
        says: [`[${op}]`, "f32 [3]", "f32 [4]", "equal or 1"],
      },
      {
        name: "two dtypes",
        inputs: [{ shape: [3] }, { shape: [3], dtype: "bool" }],
        run,
        error: "DTypeError",
        says: [`[${op}]`, "bool [3]", "cast"],
      },
    ],
  };
}

function predicate(op: string, run: (x: Tensor) => Tensor, test: (x: number) => boolean): OpCases {
  const reference = (x: readonly number[]) => [x.map((value) => Number(test(value)))];
  const inputs: Record<string, CaseInput> = {
    f32: { shape: [2, 3], values: few },
    i32: { shape: [6], dtype: "i32", values: few },
    bool: { shape: [6], dtype: "bool" },
    "NaN and infinities": { shape: [5], values: special },
    empty: { shape: [2, 0] },
  };
  return { op, cases: Object.entries(inputs).map(([name, input]) => ({ name, inputs: [input], run, reference })) };
}

/** Comparisons, logical ops and predicates: all give bool. */
export const compareCases: readonly OpCases[] = [
  ...Object.entries({ ...comparisons, ...logicals }).map(([op, kind]) => casesOf(op, kind)),
  predicate("logicalNot", logicalNot, (x) => x === 0),
  predicate("isNaN", isNaNOp, Number.isNaN),
];
