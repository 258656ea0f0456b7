import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import * as conv from "@nn/conv";
import { crossEntropy, flatten, Linear, linear, Sequential } from "@nn/layers";
import { Adam, SGD } from "@nn/optim";
import { Generator, isTensor, loadStateDict, relu, stack, stateDict, sum, type Tensor, valueAndGrad } from "@nn/tensor";
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
/** The options of a golden; the names and values are PyTorch's, and the functions check them when they run. */
const as = <T>(options: Options): T => options as T;

const forward: Readonly<Record<string, GoldenRun>> = {
  conv1d: ({ x, weight, bias }, options) => conv.conv1d(x, weight, bias, options),
  conv2d: ({ x, weight, bias }, options) => conv.conv2d(x, weight, bias, options),
  conv3d: ({ x, weight, bias }, options) => conv.conv3d(x, weight, bias, options),
  convTranspose1d: ({ x, weight, bias }, options) => conv.convTranspose1d(x, weight, bias, options),
  convTranspose2d: ({ x, weight, bias }, options) => conv.convTranspose2d(x, weight, bias, options),
  convTranspose3d: ({ x, weight, bias }, options) => conv.convTranspose3d(x, weight, bias, options),
  maxPool1d: ({ x }, options) => conv.maxPool1d(x, as<conv.MaxPool1dOptions>(options)),
  maxPool2d: ({ x }, options) => {
    const { values, indices } = conv.maxPool2dWithIndices(x, as<conv.MaxPool2dOptions>(options));
    return { y: values, indices };
  },
  maxPool3d: ({ x }, options) => conv.maxPool3d(x, as<conv.MaxPool3dOptions>(options)),
  avgPool1d: ({ x }, options) => conv.avgPool1d(x, as<conv.AvgPool1dOptions>(options)),
  avgPool2d: ({ x }, options) => conv.avgPool2d(x, as<conv.AvgPool2dOptions>(options)),
  avgPool3d: ({ x }, options) => conv.avgPool3d(x, as<conv.AvgPool3dOptions>(options)),
  adaptiveAvgPool1d: ({ x }, { outputSize }) => conv.adaptiveAvgPool1d(x, Number(outputSize)),
  adaptiveAvgPool2d: ({ x }, { outputSize }) => conv.adaptiveAvgPool2d(x, outputSize as conv.Pair),
  adaptiveAvgPool3d: ({ x }, { outputSize }) => conv.adaptiveAvgPool3d(x, outputSize as conv.Triple),
  adaptiveMaxPool3d: ({ x }, { outputSize }) => conv.adaptiveMaxPool3d(x, outputSize as conv.Triple),
  adaptiveMaxPool1d: ({ x }, { outputSize }) => conv.adaptiveMaxPool1d(x, Number(outputSize)),
  adaptiveMaxPool2d: ({ x }, { outputSize }) => conv.adaptiveMaxPool2d(x, outputSize as conv.Pair),
  lpPool1d: ({ x }, options) => conv.lpPool1d(x, as<conv.LpPool1dOptions>(options)),
  lpPool2d: ({ x }, options) => conv.lpPool2d(x, as<conv.LpPool2dOptions>(options)),
  maxUnpool2d: ({ x, indices }, options) => conv.maxUnpool2d(x, indices, as<conv.MaxUnpool2dCallOptions>(options)),
  interpolate: ({ x }, options) => conv.interpolate(x, options),
  pixelShuffle: ({ x }, { upscaleFactor }) => conv.pixelShuffle(x, Number(upscaleFactor)),
  pixelUnshuffle: ({ x }, { downscaleFactor }) => conv.pixelUnshuffle(x, Number(downscaleFactor)),
  unfold: ({ x }, options) => conv.unfold(x, as<conv.UnfoldOptions>(options)),
  fold: ({ x }, options) => conv.fold(x, as<conv.FoldOptions>(options)),
};

const all = loadGolden("conv").cases;

describe.each(backends)("conv.json, %s", (_, backend) => {
  const cases = all.filter(({ op }) => op !== "convLayer");
  it.each(cases.map((golden) => [`${golden.op}: ${golden.name}`, golden] as const))("%s", async (_, golden) => {
    await expectGolden(golden, forward[golden.op], { backend, rtol: 1e-9 });
  });
});

/** A layer with the given weights, by the rank of its input. */
function layerOf({ x, weight, bias }: Named, { paddingMode, ...given }: Options) {
  const [outChannels, perGroup, ...kernelSize] = weight.shape as number[];
  const options = { ...given, kernelSize: x.rank === 3 ? kernelSize[0] : kernelSize, paddingMode, dtype: "f64" };
  const channels = perGroup * Number(given.groups ?? 1);
  const make = { 3: conv.Conv1d, 4: conv.Conv2d, 5: conv.Conv3d }[x.rank];
  const layer = new (make as typeof conv.Conv2d)(channels, outChannels, as<conv.Conv2dOptions>(options));
  loadStateDict(layer, { weight, bias });
  return layer;
}

describe.each(backends)("padding modes of conv.json, %s", (_, backend) => {
  const cases = all.filter(({ op }) => op === "convLayer");
  it.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    // The gradients of the weights are those of the layer's own parameters: x's is compared here.
    const grads = { x: golden.grads.x };
    await expectGolden({ ...golden, grads }, (inputs, options) => layerOf(inputs, options).forward(inputs.x), {
      backend,
      rtol: 1e-9,
    });
  });
});

/** First gradients of `fn` for the cotangent v, and the sum of their squares: see tooling/golden/secondorder.py. */
function twice(fn: (inputs: Named) => Tensor): GoldenRun {
  return ({ v, ...inputs }) => {
    const names = Object.keys(inputs);
    const tensors = Object.values(inputs);
    const { y, grads } = valueAndGrad(
      tensors,
      () => {
        const y = fn(inputs);
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
  const squared: Readonly<Record<string, string>> = { avgPool2dSquared: "avgPool2d", maxPool2dSquared: "maxPool2d" };
  const opOf = (golden: GoldenCase) => squared[golden.op] ?? golden.op;
  const cases = loadGolden("secondorder").cases.filter((golden) => opOf(golden) in forward);
  it.each(cases.map((golden) => [`${golden.op}: ${golden.name}`, golden] as const))("%s", async (_, golden) => {
    const fn = (inputs: Named) => {
      const made = forward[opOf(golden)](inputs, golden.options);
      const y = isTensor(made) ? made : made.y;
      return golden.op in squared ? y.square() : y;
    };
    await expectGolden(golden, twice(fn), { backend, rtol: 1e-9 });
  });
});

const lenet: Readonly<Record<string, GoldenRun>> = {
  lenet: ({ x, target, ...p }) => {
    const first = conv.maxPool2d(relu(conv.conv2d(x, p["0.weight"], p["0.bias"])), { kernelSize: 2 });
    // The fused activation gives the same as the op.
    const second = conv.conv2d(first, p["3.weight"], p["3.bias"], { activation: "relu" });
    const features = flatten(conv.maxPool2d(second, { kernelSize: 2 }));
    const logits = linear(features, p["7.weight"], p["7.bias"]);
    return { logits, loss: crossEntropy(logits, target) };
  },
  lenetTraining: ({ x, target, ...start }, { model: _, optimizer: name, steps, ...options }) => {
    const model = new Sequential(
      new conv.Conv2d(1, 4, { kernelSize: 5, dtype: "f64" }),
      relu,
      new conv.MaxPool2d({ kernelSize: 2 }),
      new conv.Conv2d(4, 8, { kernelSize: 3, dtype: "f64" }),
      relu,
      new conv.MaxPool2d({ kernelSize: 2 }),
      flatten,
      new Linear(8, 10, { dtype: "f64" }),
    );
    loadStateDict(model, start);
    const optimizer = name === "SGD" ? new SGD(model, as<{ lr: number }>(options)) : new Adam(model, options);
    const losses = Array.from({ length: Number(steps) }, () => {
      const { loss, grads } = valueAndGrad(model, () => crossEntropy(model.forward(x), target));
      optimizer.step(grads);
      return loss;
    });
    return { loss: stack(losses), ...(stateDict(model) as Named) };
  },
};

describe.each(backends)("LeNet of layers.json, %s", (_, backend) => {
  const cases = loadGolden("layers").cases.filter(({ op }) => op in lenet);
  it.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    await expectGolden(golden, lenet[golden.op], { backend, rtol: 1e-9 });
  });

  it("has three of them", () => expect(cases.length).toBe(3));
});

describe("initial values of the layers, layers.json", () => {
  const cases = loadGolden("layers").cases.filter(
    ({ op, options }) => op === "defaultInit" && [3, 4].includes((options.shape as number[]).length),
  );
  it.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (_, { options, outputs }) => {
    const [out, channels, ...kernel] = options.shape as number[];
    const given = { dtype: "f64", generator: new Generator(1) } as const;
    const layer =
      kernel.length === 1
        ? new conv.Conv1d(channels, out, { ...given, kernelSize: kernel[0] })
        : new conv.Conv2d(channels, out, { ...given, kernelSize: [kernel[0], kernel[1]] });
    // The values are those of the stream times the bound, so that the bound can be told exactly.
    const unit = new Generator(1).uniform([1], { dtype: "f64", low: -1, high: 1 });
    const bound = await (layer.weight as Tensor).flatten().at(0).div(unit).item();
    expect(bound).toBeCloseTo(outputs.weightBound.data[0], 9);
    const bias = Array.from(await layer.bias!.data(), Math.abs);
    expect(Math.max(...bias)).toBeLessThanOrEqual(outputs.biasBound.data[0]);
  });

  it("has three of them", () => expect(cases.length).toBe(3));
});
