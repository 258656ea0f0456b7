import type { Backend, BufferHandle, DType, Kernel, Operand, Shape } from "@nn/backend";
import { denseStrides, philoxBits, sizeOf, typedArray } from "@nn/backend";
import { afterAll, describe, expect, it } from "vitest";
import { openBackend } from "../open-backend.js";

// Sizes are such that the kernels do use their threads, and no size is a multiple of what they work at a time.

const opened = await Promise.all([1, 2, 3, 4].map((threads) => openBackend(threads, undefined)));
const backends = opened.map(({ backend }) => backend);
afterAll(() => Promise.all(backends.map((backend) => backend.dispose())));

interface Call {
  readonly inputs: readonly Spec[];
  readonly outputs: readonly (readonly [dtype: DType, shape: Shape])[];
  readonly attrs: unknown;
  readonly scalars?: readonly number[];
}
interface Spec {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly strides?: readonly number[];
  /** Integers below this. */
  readonly below?: number;
}
const f32 = (...shape: number[]): Spec => ({ dtype: "f32", shape });
const strided = (shape: Shape, strides: readonly number[]): Spec => ({ dtype: "f32", shape, strides });
const bool = (...shape: number[]): Spec => ({ dtype: "bool", shape });
const i32 = (below: number, ...shape: number[]): Spec => ({ dtype: "i32", shape, below });
const out = (...shape: number[]) => ["f32", shape] as const;

const window = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;
const stepped = { stride: [2, 2], padding: [1, 2, 0, 1], dilation: [1, 2], groups: 1 } as const;
const halving = { ...window, stride: [2, 2] } as const;
const depthwise = { ...window, groups: 18 } as const;
const plain = { ...window, padding: [0, 0, 0, 0] } as const;

/** A convolution and both of its gradients. */
function convolution(x: Shape, weight: Shape, y: Shape, attrs: object): Readonly<Record<string, readonly Call[]>> {
  return {
    conv2d: [
      {
        inputs: [f32(...x), f32(...weight), f32(weight[0])],
        outputs: [["f32", y]],
        attrs: { ...attrs, activation: "relu" },
      },
    ],
    conv2dGradInput: [
      { inputs: [f32(...y), f32(...weight)], outputs: [["f32", x]], attrs: { ...attrs, inputShape: x } },
    ],
    conv2dGradWeight: [
      { inputs: [f32(...x), f32(...y)], outputs: [["f32", weight]], attrs: { ...attrs, weightShape: weight } },
    ],
  };
}
const convolutions = [
  convolution([5, 17, 15, 13], [22, 17, 3, 3], [5, 22, 15, 13], window),
  convolution([3, 33, 26, 30], [35, 33, 3, 3], [3, 35, 26, 30], window),
  convolution([3, 17, 22, 19], [18, 17, 5, 5], [3, 18, 20, 17], window),
  convolution([3, 5, 31, 29], [9, 5, 3, 3], [3, 9, 16, 13], stepped),
  convolution([5, 9, 31, 28], [10, 9, 3, 3], [5, 10, 16, 14], halving),
  convolution([3, 18, 31, 29], [18, 1, 3, 3], [3, 18, 31, 29], depthwise),
  convolution([5, 19, 23, 21], [21, 19, 1, 1], [5, 21, 23, 21], plain),
  convolution([5, 69, 23, 21], [71, 69, 1, 1], [5, 71, 23, 21], plain),
];
const pooling = { kernelSize: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1] } as const;
const overlapping = { kernelSize: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1], dilation: [1, 1] } as const;
const sliding = { ...overlapping, stride: [1, 1] } as const;
const pools = [
  { attrs: { ...pooling, countIncludePad: true }, inputShape: [7, 11, 36, 34], shape: [7, 11, 18, 17] },
  { attrs: { ...overlapping, countIncludePad: false }, inputShape: [7, 11, 35, 33], shape: [7, 11, 18, 17] },
  { attrs: { ...sliding, countIncludePad: false }, inputShape: [7, 11, 17, 18], shape: [7, 11, 17, 18] },
] as const;
const average = pools.map(({ attrs, inputShape, shape }) => ({
  inputs: [f32(...shape)],
  outputs: [["f32", inputShape]] as const,
  attrs: { ...attrs, inputShape },
}));
const product = (a: Spec, b: Spec, c: Shape): Call => ({ inputs: [a, b], outputs: [["f32", c]], attrs: undefined });
const many = 150_001;
const group = [f32(many), f32(many), f32(many), f32(many)];

// Repeated, for the second time it is a function that each thread makes for itself.
const elementwise: Call = {
  inputs: [...group.slice(1), f32(), ...group.slice(1), f32()],
  outputs: [out(many), out(many), out(), out(many), out(many), out()],
  attrs: {
    inputs: ["all", "all", "all", "one"],
    scalars: 1,
    constants: [0.5, -1.5],
    instructions: [
      { kind: "mul", operands: [3, 4] },
      { kind: "tanh", operands: [0] },
      { kind: "mul", operands: [8, 5] },
      { kind: "add", operands: [9, 1] },
      { kind: "less", operands: [2, 7] },
      { kind: "where", operands: [11, 10, 6] },
    ],
    outputs: [
      { register: 10, extent: "all" },
      { register: 12, extent: "all" },
      { register: 7, extent: "one" },
    ],
  },
  scalars: [0.75],
};

/** Calls of each kernel. A kernel that never uses threads has an empty list. */
const calls: Readonly<Record<string, readonly Call[]>> = {
  argReduce: [
    { inputs: [f32(7001, 11)], outputs: [["i32", [7001, 1]]], attrs: { kind: "argMax", axis: 1 } },
    { inputs: [f32(777, 333)], outputs: [["i32", [777, 1]]], attrs: { kind: "argMin", axis: 1 } },
    { inputs: [f32(777, 333)], outputs: [["i32", [1, 333]]], attrs: { kind: "argMax", axis: 0 } },
    { inputs: [i32(9, 777, 33)], outputs: [["i32", [777, 1]]], attrs: { kind: "argMax", axis: 1 } },
  ],
  concat: [],
  fill: [],
  scatterAdd: [],
  unary: [
    { inputs: [f32(many)], outputs: [out(many)], attrs: { kind: "tanh" } },
    { inputs: [i32(3, many)], outputs: [["bool", [many]]], attrs: { kind: "logicalNot" } },
    { inputs: [strided([301, 501], [512, 1])], outputs: [out(301, 501)], attrs: { kind: "neg" } },
  ],
  binary: [
    { inputs: [f32(many), f32(many)], outputs: [out(many)], attrs: { kind: "add" } },
    { inputs: [f32(301, 501), strided([301, 501], [0, 1])], outputs: [out(301, 501)], attrs: { kind: "mul" } },
    { inputs: [f32(many), f32(many)], outputs: [["bool", [many]]], attrs: { kind: "less" } },
  ],
  where: [
    { inputs: [bool(many), f32(many), f32(many)], outputs: [out(many)], attrs: undefined },
    {
      inputs: [bool(301, 501), f32(301, 501), strided([301, 501], [1, 0])],
      outputs: [out(301, 501)],
      attrs: undefined,
    },
  ],
  cast: [{ inputs: [i32(1000, many)], outputs: [out(many)], attrs: undefined }],
  copy: [
    { inputs: [strided([301, 501], [1, 301])], outputs: [out(301, 501)], attrs: {} },
    { inputs: [strided([11, 301, 51], [51, 561, 1])], outputs: [out(11, 301, 51)], attrs: {} },
  ],
  gather: [
    { inputs: [f32(400, 300), i32(400, 301, 300)], outputs: [out(301, 300)], attrs: { axis: 0 } },
    { inputs: [f32(20_001, 5), i32(5, 20_001, 1)], outputs: [out(20_001, 1)], attrs: { axis: 1 } },
    { inputs: [f32(7001, 5), i32(5, 7001, 3)], outputs: [out(7001, 3)], attrs: { axis: 1 } },
  ],
  reduce: [
    { inputs: [f32(777, 333)], outputs: [out(777, 1)], attrs: { kind: "sum", axes: [1] } },
    { inputs: [f32(777, 333)], outputs: [out(1, 333)], attrs: { kind: "sum", axes: [0] } },
    { inputs: [f32(777, 333)], outputs: [out(1, 1)], attrs: { kind: "sum", axes: [0, 1] } },
    { inputs: [f32(777, 333)], outputs: [out(777, 1)], attrs: { kind: "max", axes: [1] } },
    { inputs: [f32(7001, 11)], outputs: [out(7001, 1)], attrs: { kind: "sum", axes: [1] } },
  ],
  matmul: [
    product(f32(203, 301), f32(301, 405), [203, 405]),
    product(f32(203, 301), strided([301, 405], [1, 301]), [203, 405]),
    product(strided([203, 301], [1, 203]), f32(301, 405), [203, 405]),
    product(f32(3, 515), f32(515, 1021), [3, 1021]),
    product(f32(7, 515), f32(515, 1021), [7, 1021]),
    product(f32(515, 600), f32(600, 11), [515, 11]),
    product(f32(21, 50, 60), f32(21, 60, 70), [21, 50, 70]),
    product(f32(5, 190, 170), strided([5, 170, 150], [0, 150, 1]), [5, 190, 150]),
  ],
  linear: [
    { inputs: [f32(67, 405), f32(203, 405), f32(203)], outputs: [out(67, 203)], attrs: { activation: "tanh" } },
    { inputs: [f32(2, 1021), f32(303, 1021), f32(303)], outputs: [out(2, 303)], attrs: { activation: "none" } },
  ],
  conv2d: convolutions.flatMap(({ conv2d }) => conv2d),
  conv2dGradInput: convolutions.flatMap(({ conv2dGradInput }) => conv2dGradInput),
  conv2dGradWeight: convolutions.flatMap(({ conv2dGradWeight }) => conv2dGradWeight),
  maxPool2d: pools.map(({ attrs, inputShape, shape }) => ({
    inputs: [f32(...inputShape)],
    outputs: [["f32", shape]],
    attrs,
  })),
  maxPool2dGrad: pools.map(({ attrs, inputShape, shape }) => ({
    inputs: [f32(...inputShape), f32(...shape)],
    outputs: [["f32", inputShape]],
    attrs,
  })),
  avgPool2d: pools.map(({ attrs, inputShape, shape }) => ({
    inputs: [f32(...inputShape)],
    outputs: [["f32", shape]],
    attrs,
  })),
  avgPool2dGrad: average,
  softmax: [
    { inputs: [f32(301, 101)], outputs: [out(301, 101)], attrs: { axis: 1 } },
    { inputs: [f32(2001, 10)], outputs: [out(2001, 10)], attrs: { axis: 1 } },
    { inputs: [f32(5, 23, 135)], outputs: [out(5, 23, 135)], attrs: { axis: 1 } },
  ],
  logSoftmax: [
    { inputs: [f32(301, 101)], outputs: [out(301, 101)], attrs: { axis: 1 } },
    { inputs: [f32(2001, 10)], outputs: [out(2001, 10)], attrs: { axis: 1 } },
    { inputs: [f32(5, 23, 135)], outputs: [out(5, 23, 135)], attrs: { axis: 1 } },
  ],
  softmaxCrossEntropy: [
    { inputs: [f32(301, 101), i32(101, 301)], outputs: [out(301)], attrs: undefined },
    { inputs: [f32(2001, 10), i32(10, 2001)], outputs: [out(2001)], attrs: undefined },
  ],
  softmaxCrossEntropyGrad: [
    { inputs: [f32(301, 101), i32(101, 301), f32(301)], outputs: [out(301, 101)], attrs: undefined },
    { inputs: [f32(2001, 10), i32(10, 2001), f32(2001)], outputs: [out(2001, 10)], attrs: undefined },
  ],
  batchNorm: [
    { inputs: [f32(301, 101), f32(101), f32(101)], outputs: [out(301, 101), out(101), out(101)], attrs: { eps: 1e-5 } },
    {
      inputs: [f32(5, 23, 19, 17), f32(23), f32(23)],
      outputs: [out(5, 23, 19, 17), out(23), out(23)],
      attrs: { eps: 1e-5 },
    },
  ],
  batchNormGrad: [
    {
      inputs: [f32(301, 101), f32(101), f32(101), f32(301, 101), f32(101)],
      outputs: [out(301, 101), out(101), out(101)],
      attrs: { eps: 4 },
    },
    {
      inputs: [f32(5, 23, 19, 17), f32(23), f32(23), f32(5, 23, 19, 17), f32(23)],
      outputs: [out(5, 23, 19, 17), out(23), out(23)],
      attrs: { eps: 4 },
    },
  ],
  dropout: [{ inputs: [f32(many), bool(many)], outputs: [out(many)], attrs: undefined, scalars: [1.25] }],
  elementwise: [elementwise, elementwise, elementwise],
  embeddingGrad: [
    {
      inputs: [i32(203, 701), f32(701, 67)],
      outputs: [out(201, 67)],
      attrs: { weightShape: [201, 67], paddingIndex: 5 },
    },
  ],
  gelu: [
    { inputs: [f32(many)], outputs: [out(many)], attrs: { approximate: "none" } },
    { inputs: [f32(many)], outputs: [out(many)], attrs: { approximate: "tanh" } },
  ],
  geluGrad: [
    { inputs: [f32(many), f32(many)], outputs: [out(many)], attrs: { approximate: "none" } },
    { inputs: [f32(many), f32(many)], outputs: [out(many)], attrs: { approximate: "tanh" } },
  ],
  silu: [{ inputs: [f32(many)], outputs: [out(many)], attrs: undefined }],
  siluGrad: [{ inputs: [f32(many), f32(many)], outputs: [out(many)], attrs: undefined }],
  rmsNorm: [{ inputs: [f32(301, 101), f32(101)], outputs: [out(301, 101), out(301, 1)], attrs: { eps: 1e-5 } }],
  rmsNormGrad: [
    {
      inputs: [f32(301, 101), f32(301, 1), f32(301, 101), f32(101)],
      outputs: [out(301, 101), out(101)],
      attrs: undefined,
    },
  ],
  scaleShift: [{ inputs: [f32(5, 67, 101), f32(67), f32(67)], outputs: [out(5, 67, 101)], attrs: undefined }],
  layerNorm: [
    {
      inputs: [f32(301, 101), f32(101), f32(101)],
      outputs: [out(301, 101), out(301), out(301)],
      attrs: { eps: 1e-5 },
    },
  ],
  layerNormGrad: [
    {
      inputs: [f32(301, 101), f32(301), f32(301), f32(301, 101), f32(101)],
      outputs: [out(301, 101), out(101), out(101)],
      attrs: { eps: 4 },
    },
  ],
  reluGrad: [{ inputs: [f32(many), f32(many)], outputs: [out(many)], attrs: undefined }],
  adamStep: [
    {
      inputs: group,
      outputs: [out(many), out(many), out(many)],
      attrs: { amsgrad: false, decoupled: false },
      scalars: [1e-3, 0.9, 0.999, 1e-8, 0.01, 5],
    },
    {
      inputs: [...group, f32(many)],
      outputs: [out(many), out(many), out(many), out(many)],
      attrs: { amsgrad: true, decoupled: true },
      scalars: [1e-3, 0.9, 0.999, 1e-8, 0.01, 5],
    },
  ],
  sgdStep: [
    {
      inputs: group.slice(2),
      outputs: [out(many)],
      attrs: { nesterov: false, hasMomentum: false },
      scalars: [0.1, 0, 0, 0.01, 0],
    },
    {
      inputs: group.slice(1),
      outputs: [out(many), out(many)],
      attrs: { nesterov: true, hasMomentum: true },
      scalars: [0.1, 0.9, 0, 0.01, 0],
    },
  ],
  ...sequences(70, 3, 37),
};

/** Recurrent layers over n sequences of t steps, h units: backwards and with lengths, which is all they can. */
function sequences(n: number, t: number, h: number): Readonly<Record<string, readonly Call[]>> {
  const states = f32(n, h);
  const all = f32(n, t, h);
  const lengths = i32(t + 1, n);
  const attrs = { reverse: true, save: true, activation: "tanh" };
  const call = (inputs: readonly Spec[], outputs: Call["outputs"]): readonly Call[] => [
    { inputs: [...inputs, lengths], outputs, attrs },
  ];
  const wide = (gates: number) => f32(n, t, gates * h);
  const weight = (gates: number) => f32(gates * h, h);
  const grads = (gates: number) => [out(n, t, gates * h), out(gates * h, h)];
  return {
    rnnSequence: call([all, weight(1), states], [out(n, t, h), out(n, h)]),
    rnnSequenceGrad: call([weight(1), states, all, all, states], [...grads(1), out(n, h)]),
    lstmSequence: call(
      [wide(4), weight(4), states, states],
      [out(n, t, h), out(n, h), out(n, h), out(n, t, 4 * h), out(n, t, h)],
    ),
    lstmSequenceGrad: call(
      [weight(4), states, states, all, wide(4), all, all, states, states],
      [...grads(4), out(n, h), out(n, h)],
    ),
    gruSequence: call(
      [wide(3), weight(3), f32(3 * h), states],
      [out(n, t, h), out(n, h), out(n, t, 3 * h), out(n, t, h)],
    ),
    gruSequenceGrad: call([weight(3), states, all, wide(3), all, all, states], [...grads(3), out(3 * h), out(n, h)]),
  };
}

/** Elements in [-2, 2), or integers from 0 on. */
function elements({ dtype, shape, strides = denseStrides(shape), below = 2 }: Spec, stream: number) {
  const length = shape.reduce((last, size, d) => last + (size - 1) * strides[d], 1);
  const data = typedArray(dtype, length);
  philoxBits([3, 5], stream * 2 ** 24, length).forEach((word, i) => {
    data[i] = dtype === "f32" ? word / 2 ** 30 - 2 : word % below;
  });
  return data;
}

/** The bits of all outputs. */
function bits(backend: Backend, kernel: Kernel<unknown>, { inputs, outputs, attrs, scalars = [] }: Call): Uint8Array[] {
  const held: BufferHandle[] = [];
  const operand = (
    { dtype, shape, strides = denseStrides(shape) }: Spec,
    data: ReturnType<typeof elements>,
  ): Operand => {
    const buffer = backend.alloc(dtype, data.length);
    backend.write(buffer, data);
    held.push(buffer);
    return { buffer, dtype, shape, strides, offset: 0 };
  };
  const given = inputs.map((spec, i) => operand(spec, elements(spec, i)));
  const results = outputs.map(([dtype, shape]) => operand({ dtype, shape }, typedArray(dtype, sizeOf(shape)).fill(7)));
  expect(kernel.accepts?.(given, attrs) ?? true).toBe(true);
  kernel.run({ inputs: given, outputs: results, attrs, scalars, saved: [] });
  const read = results.map(({ buffer }) => new Uint8Array(backend.readSync!(buffer).buffer));
  for (const buffer of held) backend.free(buffer);
  return read;
}

describe("any number of threads gives the same bits", { timeout: 60_000 }, () => {
  const kernels = backends.map((backend) => backend.kernels as unknown as Readonly<Record<string, Kernel<unknown>>>);

  it.each(Object.entries(calls).filter(([, list]) => list.length > 0))("%s", (name, list) => {
    list.forEach((call, at) => {
      const expected = bits(backends[0], kernels[0][name], call);
      expect(expected.some((list) => list.some((byte) => byte !== 0))).toBe(true);
      for (let i = 1; i < backends.length; i++) {
        const same = bits(backends[i], kernels[i][name], call).every((list, o) => isSame(list, expected[o]));
        if (!same) expect.fail(`call ${at} with ${i + 1} threads gives other bits than with 1`);
      }
    });
  });

  it("the program became a function", () => {
    for (const { context } of opened) expect(context.programs.count).toBe(1);
  });

  it("the workers took part", () => {
    for (const { backend, context } of opened) {
      const { heap, exports } = context;
      const { threads } = backend.capabilities;
      const chunks = Array.from({ length: threads }, (_, i) => heap.i32[exports.progressAddress() / 4 + 16 * i]);
      expect(chunks.some((count, i) => i > 0 && count > 0)).toBe(threads > 1);
    }
  });

  it("all kernels are in the list", () => {
    expect(Object.keys(calls).sort()).toEqual(Object.keys(kernels[0]).sort());
  });
});

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
