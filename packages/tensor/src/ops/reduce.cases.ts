import type { CaseInput, ErrorCase, OpCase, OpCases } from "../cases.js";
import type { Tensor } from "../core/tensor.js";
import { all } from "./all.js";
import { any } from "./any.js";
import { argmax } from "./argmax.js";
import { argmin } from "./argmin.js";
import { logsumexp } from "./logsumexp.js";
import { max } from "./max.js";
import { mean } from "./mean.js";
import { min } from "./min.js";
import { reduceAlong } from "./naive.js";
import { prod } from "./prod.js";
import type { Axes, ReduceOptions } from "./reduce.js";
import { sum } from "./sum.js";
import { standardDeviation, variance } from "./variance.js";

type Reduce = (x: Tensor, axes?: Axes, options?: ReduceOptions) => Tensor;

const meanOf = (row: number[]) => row.reduce((total, x) => total + x, 0) / row.length;
const spreadOf = (row: number[], correction: number) =>
  row.reduce((total, x) => total + (x - meanOf(row)) ** 2, 0) / (row.length - correction);

const shape = [2, 3, 4];

/** One case for each way to name the axes. */
function casesOf(run: Reduce, f: (row: number[]) => number, input: Partial<CaseInput> = {}): OpCase[] {
  const over = (name: string, axes: Axes, list: readonly number[], options?: ReduceOptions): OpCase => ({
    name,
    inputs: [{ shape, ...input }],
    run: (x) => run(x!, axes, options),
    reference: reduceAlong(f, shape, list),
  });
  return [
    over("all axes", undefined, [0, 1, 2]),
    over("first axis", 0, [0]),
    over("middle axis, kept", 1, [1], { keepDims: true }),
    over("last axis", -1, [2]),
    over("outer axes", [0, 2], [0, 2]),
    over("inner axes, kept", [-1, 1], [1, 2], { keepDims: true }),
    {
      name: "an axis of size 1",
      inputs: [{ ...input, shape: [3, 1, 2] }],
      run: (x) => run(x!, [1, 2]),
      reference: reduceAlong(f, [3, 1, 2], [1, 2]),
    },
    {
      name: "many elements",
      inputs: [{ ...input, shape: [2, 300] }],
      run: (x) => run(x!, 1),
      reference: reduceAlong(f, [2, 300], [1]),
      // Sums of 300 terms round differently in every order.
      tolerance: 3e-5,
    },
    { name: "no rows", inputs: [{ ...input, shape: [0, 3] }], run: (x) => run(x!, 1) },
  ];
}

function axisErrors(op: string, run: Reduce): ErrorCase[] {
  return [
    {
      name: "an axis that does not exist",
      inputs: [{ shape: [2, 3] }],
      run: (x) => run(x!, 2),
      error: "ShapeError",
      says: [`[${op}]`, " [2, 3]", "rank 2", "from -2 to 1"],
    },
    {
      name: "an axis named twice",
      inputs: [{ shape: [2, 3] }],
      run: (x) => run(x!, [1, -1]),
      error: "ShapeError",
      says: [`[${op}]`, "named twice", "[1, -1]"],
    },
  ];
}

function emptyError(op: string, run: Reduce): ErrorCase {
  return {
    name: "nothing to reduce",
    inputs: [{ shape: [2, 0] }],
    run: (x) => run(x!, 1),
    error: "ShapeError",
    says: [`[${op}]`, "f32 [2, 0]", "check for emptiness"],
  };
}

function boolError(op: string, run: Reduce): ErrorCase {
  return {
    name: "bool",
    inputs: [{ shape: [2], dtype: "bool" }],
    run: (x) => run(x!),
    error: "DTypeError",
    says: [`[${op}]`, "bool [2]", "fix"],
  };
}

const integers: OpCase["inputs"] = [{ shape: [3, 4], dtype: "i32", range: [-5, 6] }];
const overNothing = (run: Reduce): OpCase => ({
  name: "over nothing",
  inputs: [{ shape: [3, 0] }],
  run: (x) => run(x!, 1),
});

const logical = (op: string, run: Reduce, f: (row: number[]) => number): OpCases => ({
  op,
  cases: [
    ...casesOf(run, f, { dtype: "bool" }),
    overNothing(run),
    {
      name: "f32 counts what is not 0",
      inputs: [{ shape: [2, 3], values: [0, 0, 0, 0, -1, 2] }],
      run: (x) => run(x!, 1),
    },
  ],
  errors: axisErrors(op, run),
});

const extreme = (op: "max" | "min", run: Reduce): OpCases => ({
  op,
  cases: [
    ...casesOf(run, (row) => Math[op](...row)),
    {
      name: "i32",
      inputs: integers,
      run: (x) => run(x!, 0),
      reference: reduceAlong((row) => Math[op](...row), [3, 4], [0]),
    },
    {
      name: "ties and NaN",
      inputs: [{ shape: [3, 3], values: [1, 1, 0, Number.NaN, 2, 3, -Infinity, Infinity, 0] }],
      run: (x) => run(x!, 1),
      reference: reduceAlong((row) => Math[op](...row), [3, 3], [1]),
      noGradient: "ties are kinks; goldens have the convention",
    },
  ],
  errors: [...axisErrors(op, run), boolError(op, run), emptyError(op, run)],
});

const arg = (
  op: string,
  run: (x: Tensor, axis?: number, options?: ReduceOptions) => Tensor,
  best: "max" | "min",
): OpCases => {
  const first = (row: number[]) => {
    const nan = row.findIndex(Number.isNaN);
    return nan === -1 ? row.indexOf(Math[best](...row)) : nan;
  };
  const ties = [1, 3, 3, 0, 2, 2, Number.NaN, 5, 0, 0, 0, 0, Infinity, -Infinity, Infinity, -Infinity];
  return {
    op,
    cases: [
      { name: "first axis", inputs: [{ shape }], run: (x) => run(x!, 0), reference: reduceAlong(first, shape, [0]) },
      {
        name: "middle axis, kept",
        inputs: [{ shape }],
        run: (x) => run(x!, 1, { keepDims: true }),
        reference: reduceAlong(first, shape, [1]),
      },
      { name: "last axis", inputs: [{ shape }], run: (x) => run(x!, -1), reference: reduceAlong(first, shape, [2]) },
      {
        name: "flattened",
        inputs: [{ shape }],
        run: (x) => run(x!),
        reference: reduceAlong(first, shape, [0, 1, 2]),
      },
      {
        name: "ties, NaN and infinities: the first",
        inputs: [{ shape: [4, 4], values: ties }],
        run: (x) => run(x!, 1),
        reference: reduceAlong(first, [4, 4], [1]),
      },
      { name: "i32", inputs: integers, run: (x) => run(x!, 1), reference: reduceAlong(first, [3, 4], [1]) },
      { name: "no rows", inputs: [{ shape: [0, 3] }], run: (x) => run(x!, 1) },
    ],
    errors: [
      {
        name: "an axis that does not exist",
        inputs: [{ shape: [2, 3] }],
        run: (x) => run(x!, -3),
        error: "ShapeError",
        says: [`[${op}]`, "f32 [2, 3]", "-3"],
      },
      {
        name: "nothing to choose from",
        inputs: [{ shape: [2, 0] }],
        run: (x) => run(x!, 1),
        error: "ShapeError",
        says: [`[${op}]`, "f32 [2, 0]", "check for emptiness"],
      },
    ],
  };
};

const floatsOnly = (op: string, run: Reduce, where = op): ErrorCase => ({
  name: "i32",
  inputs: integers,
  run: (x) => run(x!),
  error: "DTypeError",
  says: [`[${where}]`, "i32 [3, 4]", "f32 or f64"],
});

/** Reductions. */
export const reduceCases: readonly OpCases[] = [
  {
    op: "sum",
    cases: [
      ...casesOf(sum, (row) => row.reduce((total, x) => total + x, 0)),
      overNothing(sum),
      {
        name: "i32",
        inputs: integers,
        run: (x) => sum(x!, 1),
        reference: reduceAlong((row) => row.reduce((a, b) => a + b), [3, 4], [1]),
      },
      { name: "scalar", inputs: [{ shape: [] }], run: (x) => sum(x!), reference: (x) => [x] },
    ],
    errors: [...axisErrors("sum", sum), boolError("sum", sum)],
  },
  {
    op: "mean",
    cases: casesOf(mean, meanOf),
    errors: [...axisErrors("mean", mean), floatsOnly("mean", mean)],
  },
  {
    op: "prod",
    cases: [
      // Close to 1, so that the product of 300 stays in range.
      ...casesOf(prod, (row) => row.reduce((total, x) => total * x, 1), { range: [0.9, 1.1] }),
      overNothing(prod),
      {
        name: "no, one and two zeros",
        inputs: [{ shape: [3, 3], values: [1.5, 2, -1, 0, 2, 3, 0, 0.5, 0] }],
        run: (x) => prod(x!, 1),
        reference: reduceAlong((row) => row.reduce((total, x) => total * x, 1), [3, 3], [1]),
        noSecondDerivative: "the rule branches at zeros, and is not differentiated through them",
      },
      { name: "i32", inputs: integers, run: (x) => prod(x!, 1) },
    ],
    errors: [...axisErrors("prod", prod), boolError("prod", prod)],
  },
  extreme("max", max),
  extreme("min", min),
  logical("any", any, (row) => Number(row.includes(1))),
  logical("all", all, (row) => Number(!row.includes(0))),
  {
    op: "variance",
    cases: [
      ...casesOf(variance, (row) => spreadOf(row, 1)).filter(({ name }) => name !== "an axis of size 1"),
      {
        name: "of the whole population",
        inputs: [{ shape }],
        run: (x) => variance(x!, [0, 2], { correction: 0 }),
        reference: reduceAlong((row) => spreadOf(row, 0), shape, [0, 2]),
      },
      { name: "one element, unbiased", inputs: [{ shape: [3, 1] }], run: (x) => variance(x!, 1), noGradient: "0 / 0" },
    ],
    errors: [...axisErrors("variance", variance), floatsOnly("variance", variance)],
  },
  {
    op: "standardDeviation",
    cases: casesOf(standardDeviation, (row) => Math.sqrt(spreadOf(row, 1))).filter(
      ({ name }) => name !== "an axis of size 1",
    ),
    errors: [floatsOnly("standardDeviation", standardDeviation, "variance")],
  },
  {
    op: "logsumexp",
    cases: [
      ...casesOf(logsumexp, (row) => Math.log(row.reduce((total, x) => total + Math.exp(x), 0))),
      {
        name: "large numbers",
        inputs: [{ shape: [2, 2], values: [1000, 1001, -1000, -1002] }],
        run: (x) => logsumexp(x!, 1),
        reference: ([a, b, c, d]) => [[b! + Math.log1p(Math.exp(a! - b!)), c! + Math.log1p(Math.exp(d! - c!))]],
      },
      {
        name: "infinities",
        inputs: [{ shape: [2, 2], values: [-Infinity, -Infinity, Infinity, 1] }],
        run: (x) => logsumexp(x!, 1),
        reference: () => [[-Infinity, Infinity]],
        noGradient: "NaN at infinities",
      },
    ],
    errors: [...axisErrors("logsumexp", logsumexp), floatsOnly("logsumexp", logsumexp)],
  },
  arg("argmax", argmax, "max"),
  arg("argmin", argmin, "min"),
];
