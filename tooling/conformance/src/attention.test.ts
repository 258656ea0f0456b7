import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import * as layers from "@nn/layers";
import { clone, loadStateDict, Parameter, stateDict, type Tensor, tensor } from "@nn/tensor";
import { expectGolden, type GoldenRun } from "@nn/testing";
import { loadGolden } from "@nn/testing/node";
import { describe, expect, it } from "vitest";

const backends = [
  ["composed", cpu()],
  ["fused", fusedCpu()],
] as const;

type Named = Readonly<Record<string, Tensor>>;
type Options = Readonly<Record<string, unknown>>;

/** The layer of a case, before its parameters are given. */
function attentionOf(query: Tensor, { numHeads, bias, kdim, vdim }: Options): layers.MultiheadAttention {
  const options = { bias, kdim, vdim } as layers.MultiheadAttentionOptions;
  return new layers.MultiheadAttention(query.shape[2], numHeads as number, { ...options, dtype: query.dtype });
}

function callAttention(layer: layers.MultiheadAttention, inputs: Named, options: Options): Named {
  const { query, key, value, keyPaddingMask, attnMask } = inputs;
  const { causal, average } = options as { causal?: boolean; average?: boolean };
  const masks = { keyPaddingMask, attnMask, causal, averageWeights: average };
  return { ...layer.forwardWithWeights(query, key, value, masks) };
}

const multiheadAttention: GoldenRun = (inputs, options) => {
  const layer = attentionOf(inputs.query, options);
  // Replaced, not assigned, so that gradients reach the inputs of the case.
  for (const [name, value] of Object.entries(inputs)) {
    if (name.startsWith("out_proj.")) Object.assign(layer.out_proj, { [name.slice("out_proj.".length)]: value });
    else if (name.includes("_proj_")) Object.assign(layer, { [name]: value });
  }
  return callAttention(layer, inputs, options);
};

/** One layer called on x0, x1, … with its buffers after each call. */
const instanceNorm: GoldenRun = ({ weight, bias, ...xs }, { training = true, ...options }) => {
  const steps = Object.values(xs);
  const layer = new layers.InstanceNorm2d(steps[0].shape[1], { ...options, dtype: steps[0].dtype });
  if (weight !== undefined) Object.assign(layer, { weight, bias });
  layer.training = training as boolean;
  const outputs: Record<string, Tensor> = {};
  steps.forEach((x, i) => {
    outputs[`y${i}`] = layer.forward(x);
    const { running_mean, running_var } = layer;
    for (const [name, buffer] of Object.entries({ running_mean, running_var })) {
      if (buffer !== undefined) outputs[`${name}${i}`] = clone(buffer);
    }
  });
  return outputs;
};

class Bare extends layers.Module {
  constructor(
    readonly weight: Tensor,
    readonly transposed = false,
  ) {
    super();
  }
  forward(x: Tensor): Tensor {
    return layers.linear(x, this.transposed ? this.weight.transpose() : this.weight);
  }
}

const spectralNorm: GoldenRun = ({ weight, u, v, ...xs }, { dim, training = true, nPowerIterations }) => {
  const layer = layers.spectralNorm(new Bare(new Parameter(clone(weight)), dim === 1), "weight", {
    axis: dim as number | undefined,
    numPowerIterations: nPowerIterations as number | undefined,
  });
  loadStateDict(layer, { weight_orig: weight, weight_u: u, weight_v: v });
  const { weight_u, weight_v } = stateDict(layer);
  Object.assign(layer, { weight_orig: weight });
  layer.training = training as boolean;
  return Object.fromEntries(
    Object.values(xs).flatMap((x, i) => [
      [`y${i}`, layer.forward(x)],
      [`u${i}`, clone(weight_u)],
      [`v${i}`, clone(weight_v)],
    ]),
  );
};

const weightNorm: GoldenRun = ({ v, g }, { dim }) => {
  const layer = layers.weightNorm(new Bare(new Parameter(clone(v))), "weight", (dim ?? 0) as number);
  Object.assign(layer, { weight_v: v, weight_g: g });
  return layer.weight;
};

const runs: Readonly<Record<string, GoldenRun>> = {
  scaledDotProductAttention: ({ q, k, v, mask }, { isCausal, scale }) =>
    layers.scaledDotProductAttention(q, k, v, {
      mask,
      causal: isCausal as boolean | undefined,
      scale: scale as number | undefined,
    }),
  multiheadAttention,
  instanceNorm2d: instanceNorm,
  spectralNorm,
  weightNorm,
};
const { cases } = loadGolden("attention");

describe.each(backends)("attention.json, %s", (_, backend) => {
  it.each(cases.map((golden) => [`${golden.op}: ${golden.name}`, golden] as const))("%s", async (_, golden) => {
    await expectGolden(golden, runs[golden.op], { backend, rtol: 1e-9 });
  });
});

it("runs every op of the file", () => {
  expect(new Set(cases.map(({ op }) => op))).toEqual(new Set(Object.keys(runs)));
  expect(cases.length).toBe(26);
});

describe("MultiheadAttention", () => {
  const modules = cases.filter(({ op }) => op === "multiheadAttention");
  it.each(modules.map((golden) => [golden.name, golden] as const))("loads a state dict: %s", async (_, golden) => {
    const run: GoldenRun = (inputs, options) => {
      const layer = attentionOf(inputs.query, options);
      loadStateDict(layer, Object.fromEntries(Object.entries(inputs).filter(([name]) => name.includes("_proj"))));
      return callAttention(layer, inputs, options);
    };
    await expectGolden(golden, run, { rtol: 1e-9, noGradient: "of the inputs of the case: above" });
  });

  it("projects in one product what comes from one tensor, to the same result", async () => {
    const layer = new layers.MultiheadAttention(4, 2, { dtype: "f64" });
    const x = layers.normal([2, 3, 4], { dtype: "f64" });
    const expected = await layer.forward(x, clone(x), clone(x)).data();
    expect(await layer.forward(x).data()).toEqual(expected);
    const other = clone(x);
    expect(await layer.forward(x, other).data()).toEqual(expected);
  });

  it("adds masks of floats, also those of the keys", async () => {
    const layer = new layers.MultiheadAttention(4, 2, { dtype: "f64" });
    const x = layers.normal([2, 3, 4], { dtype: "f64" });
    const keys = layers.normal([2, 3], { dtype: "f64" });
    const both = await layer.forward(x, x, x, { keyPaddingMask: keys, causal: true }).data();
    const asOne = keys.unsqueeze(1).unsqueeze(1).expand([2, 2, 3, 3]);
    expect(await layer.forward(x, x, x, { attnMask: asOne, causal: true }).data()).toEqual(both);
  });

  it("gives zeros to a query that may look at nothing, and no NaN to gradients", async () => {
    const x = tensor([[1], [2]]);
    const mask = tensor(
      [
        [false, false],
        [true, false],
      ],
      { dtype: "bool" },
    );
    expect(await layers.scaledDotProductAttention(x, x, x, { mask }).array()).toEqual([[0], [1]]);
  });
});
