import type { Tensor } from "@nn/tensor";
import type { OpCase, OpCases } from "@nn/tensor/cases";
import * as layers from "../index.js";

/** The error function by its series: exact to rounding for the arguments here. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const elu = (x: number, alpha: number) => (x > 0 ? x : alpha * Math.expm1(x));
const clamp = (x: number, min: number, max: number) => Math.min(Math.max(x, min), max);

/** An elementwise function: random values, a shape of rank 3, many elements, no elements, and integers refused. */
function elementwise(
  op: string,
  run: (x: Tensor) => Tensor,
  reference: (x: number) => number,
  more: readonly OpCase[] = [],
): OpCases {
  const onShape = (name: string, shape: readonly number[]): OpCase => ({
    name,
    inputs: [{ shape, range: [-4, 4] }],
    run,
    reference: (x) => [x.map(reference)],
  });
  return {
    op,
    cases: [onShape("values", [9]), onShape("rank 3", [2, 3, 5]), onShape("nothing", [0, 3]), ...more],
    errors: [
      {
        name: "integers",
        inputs: [{ shape: [3], dtype: "i32", range: [0, 5] }],
        run,
        error: "DTypeError",
        says: [`[${op}]`],
      },
    ],
  };
}

const approximate = (x: number) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

/** Far out, where exponentials overflow and differences vanish. */
function farOut(run: (x: Tensor) => Tensor, expected: readonly number[], name = "far out"): OpCase {
  return { name, inputs: [{ shape: [4], values: [-1000, -100, 100, 1000] }], run, reference: () => [expected] };
}

const gelu: OpCases = elementwise(
  "gelu",
  (x) => layers.gelu(x),
  (x) => (x / 2) * (1 + erf(x * Math.SQRT1_2)),
  [
    farOut((x) => layers.gelu(x), [0, 0, 100, 1000]),
    farOut((x) => layers.gelu(x, { approximate: "tanh" }), [0, 0, 100, 1000], "far out, tanh"),
    {
      name: "tanh",
      inputs: [{ shape: [3, 11], range: [-4, 4] }],
      run: (x) => layers.gelu(x, { approximate: "tanh" }),
      reference: (x) => [x.map(approximate)],
    },
  ],
);

/** Cases of the activations of this package. */
export const activationCases: readonly OpCases[] = [
  {
    ...gelu,
    errors: [
      ...(gelu.errors ?? []),
      {
        name: "another approximation",
        inputs: [{ shape: [2] }],
        run: (x) => layers.gelu(x, { approximate: "erf" as "none" }),
        error: "DataError",
        says: ["approximate is not known", '"none" or "tanh"', '"erf"'],
      },
    ],
  },
  elementwise("silu", layers.silu, (x) => x * sigmoid(x), [farOut(layers.silu, [0, 0, 100, 1000])]),
  elementwise(
    "leakyRelu",
    (x) => layers.leakyRelu(x, 0.1),
    (x) => (x > 0 ? x : 0.1 * x),
  ),
  elementwise(
    "elu",
    (x) => layers.elu(x, 0.5),
    (x) => elu(x, 0.5),
    [farOut((x) => layers.elu(x), [-1, -1, 100, 1000])],
  ),
  elementwise(
    "celu",
    (x) => layers.celu(x, 2),
    (x) => (x > 0 ? x : 2 * Math.expm1(x / 2)),
  ),
  elementwise("selu", layers.selu, (x) => 1.0507009873554805 * elu(x, 1.6732632423543772)),
  elementwise("mish", layers.mish, (x) => x * Math.tanh(Math.log1p(Math.exp(x))), [
    farOut(layers.mish, [0, 0, 100, 1000]),
  ]),
  elementwise(
    "hardTanh",
    (x) => layers.hardTanh(x, -2, 0.5),
    (x) => clamp(x, -2, 0.5),
  ),
  elementwise("relu6", layers.relu6, (x) => clamp(x, 0, 6)),
  elementwise("hardSigmoid", layers.hardSigmoid, (x) => clamp(x + 3, 0, 6) / 6),
  elementwise("hardSwish", layers.hardSwish, (x) => (x * clamp(x + 3, 0, 6)) / 6),
  elementwise(
    "softShrink",
    (x) => layers.softShrink(x, 0.75),
    (x) => Math.sign(x) * Math.max(Math.abs(x) - 0.75, 0),
  ),
  elementwise(
    "hardShrink",
    (x) => layers.hardShrink(x, 0.75),
    (x) => (Math.abs(x) > 0.75 ? x : 0),
  ),
  elementwise("tanhShrink", layers.tanhShrink, (x) => x - Math.tanh(x)),
  elementwise(
    "threshold",
    (x) => layers.threshold(x, 0.5, -1),
    (x) => (x > 0.5 ? x : -1),
  ),
  elementwise("softsign", layers.softsign, (x) => x / (1 + Math.abs(x))),
  elementwise("logSigmoid", layers.logSigmoid, (x) => -Math.log1p(Math.exp(-x))),
  {
    op: "glu",
    cases: [
      {
        name: "last axis",
        inputs: [{ shape: [2, 6] }],
        run: (x) => layers.glu(x),
        reference: (x) => [[0, 1, 2, 6, 7, 8].map((i) => x[i] * sigmoid(x[i + 3]))],
      },
      {
        name: "first axis",
        inputs: [{ shape: [4, 2] }],
        run: (x) => layers.glu(x, 0),
        reference: (x) => [[0, 1, 2, 3].map((i) => x[i] * sigmoid(x[i + 4]))],
      },
      { name: "nothing", inputs: [{ shape: [2, 0] }], run: (x) => layers.glu(x) },
    ],
    errors: [
      {
        name: "an odd axis",
        inputs: [{ shape: [2, 5] }],
        run: (x) => layers.glu(x),
        error: "ShapeError",
        says: ["no two halves", "an even size of axis 1", "got 5"],
      },
    ],
  },
  {
    op: "prelu",
    cases: [
      {
        name: "one slope",
        inputs: [{ shape: [7] }, { shape: [1], values: [0.25] }],
        run: (x, weight) => layers.prelu(x, weight),
        reference: (x) => [x.map((v) => (v > 0 ? v : 0.25 * v))],
      },
      {
        name: "a slope for each channel",
        inputs: [{ shape: [2, 3, 2, 2] }, { shape: [3] }],
        run: (x, weight) => layers.prelu(x, weight),
        reference: (x, weight) => [x.map((v, i) => (v > 0 ? v : weight[Math.floor(i / 4) % 3] * v))],
      },
    ],
    errors: [
      {
        name: "slopes of other channels",
        inputs: [{ shape: [2, 3, 2] }, { shape: [2] }],
        run: (x, weight) => layers.prelu(x, weight),
        error: "ShapeError",
        says: ["the slopes do not match the channels", "f32 [2, 3, 2]", "f32 [2]"],
      },
    ],
  },
];
