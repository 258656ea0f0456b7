import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import * as layers from "@nn/layers";
import { clone, Generator, Parameter, profile, sum, type Tensor, valueAndGrad, withBackend, zeros } from "@nn/tensor";
import { expectGolden, type GoldenCase, type GoldenRun } from "@nn/testing";
import { loadGolden } from "@nn/testing/node";
import { describe, expect, it } from "vitest";

// Every golden on the composed forms (the plain backend has the required kernels only) and on the fused kernels.
const backends = [
  ["composed", cpu()],
  ["fused", fusedCpu()],
] as const;

type Named = Readonly<Record<string, Tensor>>;
type Options = Readonly<Record<string, unknown>>;

const classLoss =
  (loss: typeof layers.crossEntropy | typeof layers.nllLoss): GoldenRun =>
  ({ x, target, weight }, options) =>
    loss(x, target, { ...options, weight });

const trained: GoldenRun = ({ x, weight, bias }) => layers.batchNorm(x, { weight, bias, training: true });

const forward: Readonly<Record<string, GoldenRun>> = {
  linear: ({ x, weight, bias }) => layers.linear(x, weight, bias),
  softmax: ({ x }, { dim }) => layers.softmax(x, dim as number | undefined),
  logSoftmax: ({ x }, { dim }) => layers.logSoftmax(x, dim as number | undefined),
  crossEntropy: classLoss(layers.crossEntropy),
  nllLoss: classLoss(layers.nllLoss),
  mseLoss: ({ x, target }, options) => layers.mseLoss(x, target, options),
  l1Loss: ({ x, target }, options) => layers.l1Loss(x, target, options),
  batchNorm1d: trained,
  batchNorm2d: batchNormSteps,
  layerNorm: ({ x, weight, bias }, { normalizedShape = x.shape.slice(-1), eps }) =>
    layers.layerNorm(x, normalizedShape as number[], weight, bias, { eps: eps as number | undefined }),
  embedding: ({ x, weight }, { paddingIdx }) =>
    layers.embedding(x, weight, { paddingIndex: paddingIdx as number | undefined }),
  embeddingMaxNorm: ({ x, weight }, options) => {
    const layer = new layers.Embedding(weight.shape[0], weight.shape[1], {
      ...options,
      weight: new Parameter(clone(weight)),
    });
    return { y: layer.forward(x), weight: clone(layer.weight) };
  },
  gelu: ({ x }, options) => layers.gelu(x, options),
  silu: ({ x }) => layers.silu(x),
  leakyRelu: ({ x }, { negativeSlope }) => layers.leakyRelu(x, negativeSlope as number | undefined),
  elu: ({ x }, { alpha }) => layers.elu(x, alpha as number | undefined),
  celu: ({ x }, { alpha }) => layers.celu(x, alpha as number | undefined),
  selu: ({ x }) => layers.selu(x),
  mish: ({ x }) => layers.mish(x),
  hardtanh: ({ x }, { minVal, maxVal }) =>
    layers.hardTanh(x, minVal as number | undefined, maxVal as number | undefined),
  relu6: ({ x }) => layers.relu6(x),
  hardsigmoid: ({ x }) => layers.hardSigmoid(x),
  hardswish: ({ x }) => layers.hardSwish(x),
  softsign: ({ x }) => layers.softsign(x),
  logSigmoid: ({ x }) => layers.logSigmoid(x),
  glu: ({ x }, { dim }) => layers.glu(x, dim as number | undefined),
  prelu: ({ x, weight }) => layers.prelu(x, weight),
  groupNorm: ({ x, weight, bias }, { numGroups }) => layers.groupNorm(x, numGroups as number, weight, bias),
};

/** One layer called on x0, x1, … with its buffers after each call, as tooling/golden/layers.py does. */
function batchNormSteps({ weight, bias, running_mean, running_var, ...xs }: Named, options: Options): Named {
  const { training = true, ...others } = options;
  const steps = Object.values(xs);
  const layer = new layers.BatchNorm2d(steps[0].shape[1], { ...others, dtype: steps[0].dtype });
  // Replaced, not assigned, so that gradients reach the inputs of the case.
  if (weight !== undefined) Object.assign(layer, { weight, bias });
  if (running_mean !== undefined) layer.running_mean!.assign(running_mean);
  if (running_var !== undefined) layer.running_var!.assign(running_var);
  layer.training = training as boolean;
  const outputs: Record<string, Tensor> = {};
  steps.forEach((x, i) => {
    outputs[`y${i}`] = layer.forward(x);
    const { running_mean, running_var, num_batches_tracked } = layer;
    for (const [name, buffer] of Object.entries({ running_mean, running_var, num_batches_tracked })) {
      if (buffer !== undefined) outputs[`${name}${i}`] = clone(buffer);
    }
  });
  return outputs;
}

const casesOf = (area: string) => loadGolden(area).cases.filter(({ op }) => op in forward);
const named = (cases: readonly GoldenCase[]) =>
  cases.map((golden) => [`${golden.op}: ${golden.name}`, golden] as const);

describe.each(backends)("layers.json, matmul.json and reduce.json, %s", (_, backend) => {
  const cases = ["layers", "matmul", "reduce"].flatMap(casesOf);
  it.each(named(cases))("%s", async (_, golden) => {
    await expectGolden(golden, forward[golden.op], { backend, rtol: 1e-9 });
  });

  it("runs every case of every op", () => {
    const counts: Record<string, number> = {};
    for (const { op } of cases) counts[op] = (counts[op] ?? 0) + 1;
    expect(counts).toEqual({
      linear: 8,
      softmax: 6,
      logSoftmax: 6,
      crossEntropy: 30,
      nllLoss: 15,
      mseLoss: 4,
      l1Loss: 4,
      batchNorm1d: 2,
      batchNorm2d: 9,
      layerNorm: 3,
      groupNorm: 3,
      embedding: 2,
      embeddingMaxNorm: 2,
      gelu: 2,
      silu: 1,
      leakyRelu: 2,
      elu: 2,
      celu: 1,
      selu: 1,
      mish: 1,
      hardtanh: 2,
      relu6: 1,
      hardsigmoid: 1,
      hardswish: 1,
      softsign: 1,
      logSigmoid: 1,
      glu: 1,
      prelu: 2,
    });
  });
});

/** First gradients of `fn` for the cotangent v, and the sum of their squares: see tooling/golden/secondorder.py. */
function twice(fn: (inputs: Named) => Tensor): GoldenRun {
  return ({ v, target, ...inputs }) => {
    const names = Object.keys(inputs);
    const tensors = Object.values(inputs);
    const { y, grads } = valueAndGrad(
      tensors,
      () => {
        const y = fn({ ...inputs, target });
        return { loss: sum(y.mul(v)), y };
      },
      { createGraph: true },
    );
    const first = tensors.map((tensor) => grads.get(tensor));
    const s = first.map((d) => sum(d.square())).reduce((total, term) => total.add(term));
    return { y, s, ...Object.fromEntries(first.map((d, i) => [`d.${names[i]}`, d])) };
  };
}

describe.each(backends)("secondorder.json, %s", (_, backend) => {
  // The whole layer is a run of several outputs; here one output is enough.
  const once: Readonly<Record<string, GoldenRun>> = { ...forward, batchNorm2d: trained };
  const cases = casesOf("secondorder");
  it.each(named(cases))("%s", async (_, golden) => {
    const fn = (inputs: Named) => once[golden.op](inputs, golden.options) as Tensor;
    await expectGolden(golden, twice(fn), { backend, rtol: 1e-9 });
  });

  it("runs every case", () => expect(cases.length).toBe(6));
});

describe("fused kernels", () => {
  it("run in training, forward and backward", () => {
    const ran = withBackend(fusedCpu(), () => {
      const model = new layers.Linear(4, 3);
      const target = zeros([2], { dtype: "i32" });
      return profile(() => valueAndGrad(model, () => layers.crossEntropy(model.forward(zeros([2, 4])), target)));
    });
    const kernels = ran.ops.map((entry) => entry.ran);
    expect(kernels).toEqual(expect.arrayContaining(["linear", "softmaxCrossEntropy", "softmaxCrossEntropyGrad"]));
  });
});

const words: Readonly<Record<string, string>> = { fan_in: "fanIn", fan_out: "fanOut", leaky_relu: "leakyRelu" };

/** The largest of many draws of a uniform initializer: just below its bound, and never above. */
async function largest(x: Tensor): Promise<number> {
  return Math.max(...Array.from(await x.data(), Math.abs));
}

describe("formulas of the initializers in layers.json", () => {
  const all = loadGolden("layers").cases;
  const formulas = ["fans", "gain", "kaiming", "xavier", "defaultInit"];
  // The default of convolutions is tested with them.
  const cases = all.filter(
    ({ op, options }) => formulas.includes(op) && (op !== "defaultInit" || (options.shape as number[]).length === 2),
  );
  const f64 = { dtype: "f64" } as const;

  it.each(named(cases))("%s", async (_, { op, options, outputs }) => {
    const value = (name: string) => outputs[name].data[0];
    const shape = options.shape as number[];
    // The values of a random initializer are those of its stream times a factor, so that the factor can be told exactly.
    const seed = () => ({ ...f64, generator: new Generator(1) });
    const factor = async (x: Tensor, unit: Tensor) => (await x.div(unit).flatten().at(0).item()) as number;
    const unitUniform = layers.uniform(shape ?? [1], { ...seed(), low: -1, high: 1 });
    const unitNormal = layers.normal(shape ?? [1], seed());
    if (op === "gain") {
      const nonlinearity = options.nonlinearity as string;
      const name = (words[nonlinearity] ?? nonlinearity) as layers.Nonlinearity;
      // A convolution's gain is that of a linear layer, and has no name of its own here.
      expect(layers.gain(nonlinearity === "conv2d" ? "linear" : name)).toBeCloseTo(value("gain"), 9);
    } else if (op === "fans") {
      expect(layers.fanInOut(shape)).toEqual({ fanIn: value("fanIn"), fanOut: value("fanOut") });
    } else if (op === "kaiming") {
      const given = {
        a: options.a as number,
        mode: words[options.mode as string] as "fanIn",
        nonlinearity: (words[options.nonlinearity as string] ?? options.nonlinearity) as layers.Nonlinearity,
      };
      expect(await factor(layers.kaimingUniform(shape, { ...seed(), ...given }), unitUniform)).toBeCloseTo(
        value("bound"),
        9,
      );
      expect(await factor(layers.kaimingNormal(shape, { ...seed(), ...given }), unitNormal)).toBeCloseTo(
        value("std"),
        9,
      );
    } else if (op === "xavier") {
      const given = { gain: options.gain as number };
      expect(await factor(layers.xavierUniform(shape, { ...seed(), ...given }), unitUniform)).toBeCloseTo(
        value("bound"),
        9,
      );
      expect(await factor(layers.xavierNormal(shape, { ...seed(), ...given }), unitNormal)).toBeCloseTo(
        value("std"),
        9,
      );
    } else {
      const layer = new layers.Linear(shape[1], shape[0], seed());
      expect(await factor(layer.weight, unitUniform)).toBeCloseTo(value("weightBound"), 9);
      expect(await largest(layer.bias!)).toBeLessThanOrEqual(value("biasBound"));
    }
  });
});
