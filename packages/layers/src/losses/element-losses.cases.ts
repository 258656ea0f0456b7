import type { Tensor } from "@nn/tensor";
import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import * as layers from "../index.js";

type Loss = (input: Tensor, target: Tensor, options: { reduction?: layers.Reduction }) => Tensor;
type Element = (x: number, t: number) => number;

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** A loss with one element for each pair: all reductions, rank 3, no elements, far values, and shapes that differ. */
function elementLoss(
  op: string,
  loss: Loss,
  element: Element,
  inputs: { x?: Partial<CaseInput>; target?: Partial<CaseInput> } = {},
  more: readonly OpCase[] = [],
): OpCases {
  const given = (shape: readonly number[]): CaseInput[] => [
    { shape, ...inputs.x },
    { shape, ...inputs.target },
  ];
  const over = (reduction: layers.Reduction, reduce: (values: number[]) => number[]): OpCase => ({
    name: reduction,
    inputs: given([3, 5]),
    run: (x, target) => loss(x, target, { reduction }),
    reference: (x, target) => [reduce(x.map((value, i) => element(value, target[i])))],
  });
  return {
    op,
    cases: [
      over("mean", (values) => [total(values) / values.length]),
      over("sum", (values) => [total(values)]),
      over("none", (values) => values),
      { name: "nothing", inputs: given([0, 2]), run: (x, target) => loss(x, target, { reduction: "none" }) },
      ...more,
    ],
    errors: [
      {
        name: "a column against a row",
        inputs: [{ shape: [4, 1] }, { shape: [4] }],
        run: (x, target) => loss(x, target, {}),
        error: "ShapeError",
        says: [`[${op}]`, "f32 [4, 1]", "f32 [4]", "target.reshape(input.shape)"],
      },
      {
        name: "another reduction",
        inputs: [{ shape: [2] }, { shape: [2] }],
        run: (x, target) => loss(x, target, { reduction: "avg" as "mean" }),
        error: "DataError",
        says: ["reduction is not known", '"mean" or "sum" or "none"'],
      },
    ],
  };
}

const probability = { range: [0.05, 0.95] } as const;
const zeroOrOne = (count: number) => Array.from({ length: count }, (_, i) => ((i * 7) % 3 === 0 ? 1 : 0));
const plusOrMinus = (count: number) => zeroOrOne(count).map((value) => 2 * value - 1);
const fixed = "of targets that are one of two numbers";

/** A case of all elements, with operands beside input and target. */
function withOperand(
  name: string,
  operand: CaseInput,
  run: (x: Tensor, target: Tensor, operand: Tensor) => Tensor,
  element: (x: number, t: number, operand: number) => number,
  target: Partial<CaseInput> = {},
): OpCase {
  return {
    name,
    inputs: [{ shape: [3, 4] }, { shape: [3, 4], ...target }, operand],
    run,
    // The operand has one number for each column.
    reference: (x, t, w) => [x.map((value, i) => element(value, t[i], w[i % 4]))],
  };
}

const huber = (delta: number) => (x: number, t: number) => {
  const d = Math.abs(x - t);
  return d <= delta ? d ** 2 / 2 : delta * (d - delta / 2);
};
const bceLogits: Element = (x, t) => (1 - t) * x + softplus(-x);
const bce: Element = (x, t) => -t * Math.log(x) - (1 - t) * Math.log(1 - x);
const focal =
  (alpha: number, gamma: number): Element =>
  (x, t) => {
    const p = sigmoid(x);
    const miss = p + t - 2 * p * t;
    return (alpha * t + (1 - alpha) * (1 - t)) * miss ** gamma * bceLogits(x, t);
  };

/** Cases of the losses that go element by element. */
export const elementLossCases: readonly OpCases[] = [
  elementLoss("huberLoss", (x, t, o) => layers.huberLoss(x, t, { ...o, delta: 0.75 }), huber(0.75)),
  elementLoss(
    "smoothL1Loss",
    (x, t, o) => layers.smoothL1Loss(x, t, { ...o, beta: 0.75 }),
    (x, t) => huber(0.75)(x, t) / 0.75,
  ),
  elementLoss("binaryCrossEntropy", layers.binaryCrossEntropy, bce, { x: probability, target: probability }, [
    {
      name: "sure and wrong",
      inputs: [
        { shape: [4], values: [0, 1, 0, 1] },
        { shape: [4], values: [1, 0, 0, 1] },
      ],
      run: (x, t) => layers.binaryCrossEntropy(x, t, { reduction: "none" }),
      reference: () => [[100, 100, 0, 0]],
      noGradient: "at the ends the gradient is PyTorch's, of a logarithm that does not stop",
    },
  ]),
  elementLoss("binaryCrossEntropyWithLogits", layers.binaryCrossEntropyWithLogits, bceLogits, {}, [
    withOperand(
      "positive weights",
      { shape: [4], range: [0.5, 3] },
      (x, t, posWeight) => layers.binaryCrossEntropyWithLogits(x, t, { posWeight, reduction: "none" }),
      (x, t, w) => w * t * softplus(-x) + (1 - t) * softplus(x),
      probability,
    ),
    withOperand(
      "weights",
      { shape: [1, 4], range: [0.5, 3] },
      (x, t, weight) => layers.binaryCrossEntropyWithLogits(x, t, { weight, reduction: "none" }),
      (x, t, w) => w * bceLogits(x, t),
    ),
    {
      name: "far out",
      inputs: [
        { shape: [4], values: [-1000, 1000, -1000, 1000] },
        { shape: [4], values: [0, 1, 1, 0] },
      ],
      run: (x, t) => layers.binaryCrossEntropyWithLogits(x, t, { reduction: "none" }),
      reference: () => [[0, 0, 1000, 1000]],
      noGradient: "central differences lose all digits at 1000",
    },
  ]),
  elementLoss("poissonNllLoss", layers.poissonNllLoss, (x, t) => Math.exp(x) - t * x, { target: { range: [0, 4] } }, [
    {
      name: "rates, with Stirling's term",
      inputs: [
        { shape: [6], range: [0.5, 4] },
        { shape: [6], values: [0, 0.5, 2, 3, 5, 8] },
      ],
      run: (x, t) => layers.poissonNllLoss(x, t, { logInput: false, full: true, reduction: "none" }),
      reference: (x, t) => [
        x.map((rate, i) => {
          const stirling = t[i] * Math.log(t[i]) - t[i] + Math.log(2 * Math.PI * t[i]) / 2;
          return rate - t[i] * Math.log(rate + 1e-8) + (t[i] > 1 ? stirling : 0);
        }),
      ],
    },
  ]),
  elementLoss("sigmoidFocalLoss", layers.sigmoidFocalLoss, focal(0.25, 2), { target: probability }, [
    {
      name: "without weights, gamma 0.5",
      inputs: [{ shape: [6] }, { shape: [6], values: zeroOrOne(6), noGradient: fixed }],
      run: (x, t) => layers.sigmoidFocalLoss(x, t, { alpha: null, gamma: 0.5, reduction: "none" }),
      reference: (x, t) => [x.map((value, i) => 2 * focal(0.5, 0.5)(value, t[i]))],
    },
  ]),
  elementLoss("softMarginLoss", layers.softMarginLoss, (x, t) => softplus(-x * t)),
  elementLoss(
    "hingeEmbeddingLoss",
    (x, t, o) => layers.hingeEmbeddingLoss(x, t, { ...o, margin: 3 }),
    (x, t) => (t > 0 ? x : Math.max(0, 3 - x)),
  ),
  elementLoss(
    "klDiv",
    (x, t, o) => layers.klDiv(x, t, { ...o }),
    (x, t) => t * (Math.log(t) - x),
    { x: { range: [-4, 0] }, target: probability },
    [
      {
        name: "log target, batch mean",
        inputs: [
          { shape: [3, 4], range: [-4, 0] },
          { shape: [3, 4], range: [-4, 0] },
        ],
        run: (x, t) => layers.klDiv(x, t, { logTarget: true, reduction: "batchmean" }),
        reference: (x, t) => [[total(x.map((value, i) => Math.exp(t[i]) * (t[i] - value))) / 3]],
      },
      {
        name: "a target of 0",
        inputs: [
          { shape: [3], range: [-4, 0] },
          { shape: [3], values: [0, 1, 0], noGradient: "infinite at 0" },
        ],
        run: (x, t) => layers.klDiv(x, t, { reduction: "none" }),
        reference: (x) => [[0, -x[1], 0]],
      },
    ],
  ),
  {
    op: "gaussianNllLoss",
    cases: [
      {
        name: "none, full",
        inputs: [{ shape: [3, 4] }, { shape: [3, 4] }, { shape: [3, 4], range: [0.5, 2] }],
        run: (x, t, variance) => layers.gaussianNllLoss(x, t, variance, { full: true, reduction: "none" }),
        reference: (x, t, v) => [x.map((value, i) => (Math.log(2 * Math.PI * v[i]) + (value - t[i]) ** 2 / v[i]) / 2)],
      },
      {
        name: "mean, one variance for each row",
        inputs: [{ shape: [3, 4] }, { shape: [3, 4] }, { shape: [3, 1], range: [0.5, 2] }],
        run: (x, t, variance) => layers.gaussianNllLoss(x, t, variance),
        reference: (x, t, v) => [
          [
            total(x.map((value, i) => Math.log(v[Math.floor(i / 4)]) + (value - t[i]) ** 2 / v[Math.floor(i / 4)])) /
              24,
          ],
        ],
      },
    ],
    errors: [
      {
        name: "variances of other rows",
        inputs: [{ shape: [3, 4] }, { shape: [3, 4] }, { shape: [3] }],
        run: (x, t, variance) => layers.gaussianNllLoss(x, t, variance),
        error: "ShapeError",
        says: ["[gaussianNllLoss]", "variance does not fit the input", "f32 [3]"],
      },
    ],
  },
  {
    op: "marginRankingLoss",
    cases: [
      {
        name: "none",
        inputs: [{ shape: [6] }, { shape: [6] }, { shape: [6], values: plusOrMinus(6), noGradient: fixed }],
        run: (a, b, target) => layers.marginRankingLoss(a, b, target, { margin: 0.5, reduction: "none" }),
        reference: (a, b, t) => [a.map((value, i) => Math.max(0, 0.5 - t[i] * (value - b[i])))],
      },
    ],
  },
];
