import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { gruSequence, lstmSequence, rnnSequence } from "../index.js";

/*
 * The references walk one sequence after the other, unit by unit. Lengths take part as i32 inputs.
 */

type Values = readonly number[];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

interface Sizes {
  readonly n: number;
  readonly t: number;
  readonly h: number;
  readonly gates: number;
  readonly reverse: boolean;
  readonly lengths: Values | undefined;
}

/**
 * Runs `step` over each sequence. It gets the step's inputs and the products of the weight with h, both `gates · h`
 * long, and changes the states in place; the first state is h.
 */
function walk(sizes: Sizes, x: Values, weight: Values, first: readonly Values[], step: Step): number[][] {
  const { n, t, h, gates, reverse, lengths } = sizes;
  const wide = gates * h;
  const output = new Array<number>(n * t * h).fill(0);
  const last = first.map((state) => [...state]);
  for (let row = 0; row < n; row++) {
    const count = lengths?.[row] ?? t;
    const states = first.map((state) => state.slice(row * h, (row + 1) * h));
    for (let s = 0; s < count; s++) {
      const k = reverse ? count - 1 - s : s;
      const products = Array.from({ length: wide }, (_, i) =>
        states[0].reduce((sum, value, j) => sum + value * weight[i * h + j], 0),
      );
      const at = (row * t + k) * wide;
      step(x.slice(at, at + wide), products, states);
      states[0].forEach((value, j) => {
        output[(row * t + k) * h + j] = value;
      });
    }
    states.forEach((state, i) => last[i].splice(row * h, h, ...state));
  }
  return [output, ...last];
}
type Step = (x: Values, products: Values, states: number[][]) => void;

function lstmStep(h: number): Step {
  return (x, products, [hidden, cell]) => {
    const z = (gate: number, j: number) => x[gate * h + j] + products[gate * h + j];
    for (let j = 0; j < h; j++) {
      cell[j] = sigmoid(z(1, j)) * cell[j] + sigmoid(z(0, j)) * Math.tanh(z(2, j));
      hidden[j] = sigmoid(z(3, j)) * Math.tanh(cell[j]);
    }
  };
}
function gruStep(h: number, bias: Values): Step {
  return (x, products, [hidden]) => {
    const p = (gate: number, j: number) => products[gate * h + j] + bias[gate * h + j];
    for (let j = 0; j < h; j++) {
      const r = sigmoid(x[j] + p(0, j));
      const z = sigmoid(x[h + j] + p(1, j));
      const n = Math.tanh(x[2 * h + j] + r * p(2, j));
      hidden[j] = (1 - z) * n + z * hidden[j];
    }
  };
}
function rnnStep(h: number, activation: (x: number) => number): Step {
  return (x, products, [hidden]) => {
    for (let j = 0; j < h; j++) hidden[j] = activation(x[j] + products[j]);
  };
}

interface Variant {
  readonly name: string;
  readonly n: number;
  readonly t: number;
  readonly h: number;
  readonly reverse?: boolean;
  readonly lengths?: Values;
}
const variants: readonly Variant[] = [
  { name: "one step of one unit", n: 1, t: 1, h: 1 },
  { name: "a few steps", n: 2, t: 3, h: 4 },
  { name: "one sequence", n: 1, t: 5, h: 7 },
  { name: "wider than a vector of a kernel", n: 5, t: 3, h: 18 },
  { name: "reversed", n: 3, t: 4, h: 3, reverse: true },
  { name: "with lengths", n: 4, t: 4, h: 5, lengths: [2, 4, 0, 3] },
  { name: "with lengths, reversed", n: 4, t: 4, h: 5, reverse: true, lengths: [2, 4, 0, 3] },
];

function sizesOf({ n, t, h, reverse = false, lengths }: Variant, gates: number): Sizes {
  return { n, t, h, gates, reverse, lengths };
}
function lengthInputs({ n, lengths }: Variant): CaseInput[] {
  return lengths === undefined ? [] : [{ shape: [n], dtype: "i32", values: lengths }];
}

function lstmCase(variant: Variant): OpCase {
  const { name, n, t, h, reverse = false } = variant;
  return {
    name,
    inputs: [
      { shape: [n, t, 4 * h] },
      { shape: [4 * h, h] },
      { shape: [n, h] },
      { shape: [n, h] },
      ...lengthInputs(variant),
    ],
    run: (x, weight, h0, c0, lengths) => {
      const { output, state } = lstmSequence(x, weight, { h: h0, c: c0 }, { reverse, lengths });
      return [output, state.h, state.c];
    },
    reference: (x, weight, h0, c0) => walk(sizesOf(variant, 4), x, weight, [h0, c0], lstmStep(h)),
  };
}
function gruCase(variant: Variant): OpCase {
  const { name, n, t, h, reverse = false } = variant;
  return {
    name,
    inputs: [
      { shape: [n, t, 3 * h] },
      { shape: [3 * h, h] },
      { shape: [3 * h] },
      { shape: [n, h] },
      ...lengthInputs(variant),
    ],
    run: (x, weight, bias, h0, lengths) => {
      const { output, state } = gruSequence(x, weight, bias, h0, { reverse, lengths });
      return [output, state];
    },
    reference: (x, weight, bias, h0) => walk(sizesOf(variant, 3), x, weight, [h0], gruStep(h, bias)),
  };
}
function rnnCase(variant: Variant, activation: "tanh" | "relu"): OpCase {
  const { name, n, t, h, reverse = false } = variant;
  const plain = activation === "tanh" ? Math.tanh : (x: number) => Math.max(x, 0);
  return {
    name: `${activation}, ${name}`,
    inputs: [{ shape: [n, t, h] }, { shape: [h, h], range: [-0.5, 0.5] }, { shape: [n, h] }, ...lengthInputs(variant)],
    run: (x, weight, h0, lengths) => {
      const { output, state } = rnnSequence(x, weight, h0, { activation, reverse, lengths });
      return [output, state];
    },
    reference: (x, weight, h0) => walk(sizesOf(variant, 1), x, weight, [h0], rnnStep(h, plain)),
    ...(activation === "relu" ? { noSecondDerivative: "zero almost everywhere, and undefined at the kinks" } : {}),
  };
}

/** Cases of `lstmSequence`. */
export const lstmSequenceCases: OpCases = {
  op: "lstmSequence",
  cases: variants.map(lstmCase),
  errors: [
    {
      name: "a weight of another size",
      inputs: [{ shape: [2, 3, 8] }, { shape: [12, 3] }, { shape: [2, 2] }, { shape: [2, 2] }],
      run: (x, weight, h, c) => lstmSequence(x, weight, { h, c }),
      error: "ShapeError",
      says: ["the input does not match the weight", "f32 [2, 3, 8]", "weight [4h, h]"],
    },
    {
      name: "float lengths",
      inputs: [{ shape: [2, 3, 8] }, { shape: [8, 2] }, { shape: [2, 2] }, { shape: [2, 2] }, { shape: [2] }],
      run: (x, weight, h, c, lengths) => lstmSequence(x, weight, { h, c }, { lengths }),
      error: "DTypeError",
      says: ["lengths i32"],
    },
  ],
};
/** Cases of `gruSequence`. */
export const gruSequenceCases: OpCases = {
  op: "gruSequence",
  cases: variants.map(gruCase),
  errors: [
    {
      name: "a bias of another size",
      inputs: [{ shape: [2, 3, 6] }, { shape: [6, 2] }, { shape: [2] }, { shape: [2, 2] }],
      run: (x, weight, bias, h) => gruSequence(x, weight, bias, h),
      error: "ShapeError",
      says: ["the bias does not match the weight", "f32 [2]"],
    },
  ],
};
/** Cases of `rnnSequence`. */
export const rnnSequenceCases: OpCases = {
  op: "rnnSequence",
  cases: [
    ...variants.map((variant) => rnnCase(variant, "tanh")),
    ...variants.map((variant) => rnnCase(variant, "relu")),
  ],
  errors: [
    {
      name: "a state of another batch",
      inputs: [{ shape: [2, 3, 4] }, { shape: [4, 4] }, { shape: [3, 4] }],
      run: (x, weight, h0) => rnnSequence(x, weight, h0),
      error: "ShapeError",
      says: ["h0 is not (n, h)", "f32 [3, 4]"],
    },
  ],
};
