import type { Backend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import { wasm } from "@nn/backend-wasm";
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  ASGD,
  clipGradNorm,
  clipGradValue,
  constantLR,
  cosineAnnealingLR,
  cosineAnnealingWarmRestarts,
  cosineWithWarmup,
  cyclicLR,
  exponentialLR,
  Lion,
  LRScheduler,
  lambdaLR,
  linearLR,
  type MinimizeProgress,
  minimize,
  multiplicativeLR,
  multiStepLR,
  NAdam,
  oneCycleLR,
  polynomialLR,
  RAdam,
  ReduceLROnPlateau,
  RMSprop,
  Rprop,
  type Schedule,
  SGD,
  sequentialLR,
  stepLR,
  swaLR,
} from "@nn/optim";
import { Gradients, isParameter, Parameter, profile, softplus, type Tensor, tensor, valueAndGrad } from "@nn/tensor";
import { expectTrajectory, type GoldenCase, type GoldenTensor, type TrajectoryOptimizer } from "@nn/testing";
import { loadGolden } from "@nn/testing/node";
import { describe, expect, test } from "vitest";

const { cases } = loadGolden("optim");
const ofOps = (...ops: string[]) => cases.filter((golden) => ops.includes(golden.op));

const optimizers: Record<string, TrajectoryOptimizer> = {
  sgd: (params, options) => new SGD(params, options as { lr: number }),
  adam: (params, options) => new Adam(params, options),
  adamw: (params, options) => new AdamW(params, options),
  rmsprop: (params, options) => new RMSprop(params, options),
  adagrad: (params, options) => new Adagrad(params, options),
  adadelta: (params, options) => new Adadelta(params, options),
  adamax: (params, options) => new Adamax(params, options),
  nadam: (params, options) => new NAdam(params, options),
  radam: (params, options) => new RAdam(params, options),
  rprop: (params, options) => new Rprop(params, options),
  asgd: (params, options) => new ASGD(params, options),
  lion: (params, options) => new Lion(params, options),
};
const wasmBackend = await wasm();
const backends: Record<string, () => Backend> = { composed: cpu, fused: fusedCpu, wasm: () => wasmBackend };

describe.each(Object.entries(backends))("%s steps follow PyTorch", (_, makeBackend) => {
  const { dtypes } = makeBackend().capabilities;
  describe.each((["f32", "f64"] as const).filter((dtype) => dtypes.includes(dtype)))("in %s", (dtype) => {
    for (const golden of ofOps(...Object.keys(optimizers))) {
      test(`${golden.op}, ${golden.name}`, () =>
        expectTrajectory(golden, optimizers[golden.op]!, { backend: makeBackend(), dtype }));
    }
  });
});

test.each(Object.keys(optimizers))("%s steps all parameters in one call, in place", (name) => {
  const on = { backend: wasmBackend };
  const params = [new Parameter(tensor([[1, -2]], on)), new Parameter(tensor([3, 4, 5], on))];
  const optimizer = optimizers[name]!(params, { lr: 0.1 });
  const step = () => optimizer.step(valueAndGrad(params, () => params[0]!.sum().mul(params[1]!.sum())).grads);
  step();
  const before = params.map(({ buffer }) => buffer);
  const { ops } = profile(step);
  expect(ops.filter(({ ran }) => ran === "elementwise" || ran.endsWith("Step")).map(({ calls }) => calls)).toEqual([1]);
  expect(params.map(({ buffer }) => buffer)).toEqual(before);
});

function rowOf({ data, shape, dtype }: GoldenTensor, row: number): GoldenTensor {
  const size = data.length / shape[0]!;
  return { dtype, shape: shape.slice(1), data: data.slice(row * size, (row + 1) * size) };
}

describe("minimize goes PyTorch's way", () => {
  const problems: Record<string, (...tensors: Tensor[]) => Tensor> = {
    rosenbrock(p) {
      const [before, after] = [p!.slice(0, 0, -1), p!.slice(0, 1)];
      return after.sub(before.square()).square().mul(100).add(before.neg().add(1).square()).sum();
    },
    logistic(weight, bias, x, y) {
      const z = x!.matmul(weight!).add(bias!);
      return softplus(z).sub(y!.mul(z)).mean().add(weight!.square().sum().mul(0.01));
    },
  };

  type GoldenOptions = { iterations: number; lineSearchFn?: string; lr?: number; historySize?: number };
  for (const golden of ofOps("lbfgs")) {
    test(golden.name, async () => {
      const problem = problems[golden.name.split(",")[0]!]!;
      const inputs = Object.entries(golden.inputs).map(([name, { data, shape }]) => {
        const value = tensor(data, { dtype: "f64", shape });
        return name.startsWith("p") ? new Parameter(value) : value;
      });
      const params = inputs.filter(isParameter);
      const { iterations, lineSearchFn = null, ...options } = golden.options as GoldenOptions;
      let row = 0;
      const onIteration = ({ loss }: MinimizeProgress) => {
        expectClose([loss], [golden.outputs.loss!.data[row]!], 1e-9);
        for (const [i, p] of params.entries()) {
          expectClose(p.dataSync(), rowOf(golden.outputs[`p${i}`]!, row).data, 1e-7);
        }
        row++;
      };
      await minimize(() => problem(...inputs), params, {
        ...options,
        lineSearchFn: lineSearchFn === null ? null : "strongWolfe",
        maxIter: iterations,
        maxEval: 1000,
        onIteration,
      });
      expect(row).toBe(iterations);
    });
  }

  test.each(Object.entries(backends))("fits on %s in f32", async (_, makeBackend) => {
    const golden = ofOps("lbfgs").find(({ name }) => name === "logistic, strong Wolfe")!;
    const on = { backend: makeBackend() };
    const [weight, bias, x, y] = ["p0", "p1", "x", "y"].map((name) => {
      const { data, shape } = golden.inputs[name]!;
      return tensor(data, { dtype: "f32", shape, ...on });
    }) as [Tensor, Tensor, Tensor, Tensor];
    const params = [new Parameter(weight), new Parameter(bias)];
    const { loss } = await minimize(() => problems.logistic!(...params, x, y), params);
    expectClose([loss], [golden.outputs.loss!.data.at(-1)!], 1e-5);
  });
});

describe("clipping as PyTorch's", () => {
  const gradients = ({ inputs }: GoldenCase) =>
    ["g0", "g1"].map((name) => tensor(inputs[name]!.data, { dtype: "f64", shape: inputs[name]!.shape }));

  for (const golden of ofOps("clipGradNorm")) {
    test(`clipGradNorm, ${golden.name}`, () => {
      const { maxNorm, ...options } = golden.options as { maxNorm: number; normType?: number };
      const targets = gradients(golden);
      const clipped = clipGradNorm(new Gradients(new Map(targets.map((g) => [g, g]))), maxNorm, {
        ...options,
        keep: true,
      });
      expectClose(clipped.norm.dataSync(), golden.outputs.totalNorm!.data, 1e-10);
      for (const [i, g] of targets.entries()) {
        expectClose(clipped.grads.get(g).dataSync(), golden.outputs[`g${i}`]!.data, 1e-10);
      }
    });
  }
  for (const golden of ofOps("clipGradValue")) {
    test(`clipGradValue, ${golden.name}`, () => {
      const targets = gradients(golden);
      const grads = new Gradients(new Map(targets.map((g) => [g, g])));
      const clipped = clipGradValue(grads, golden.options.clipValue as number, { keep: true });
      for (const [i, g] of targets.entries()) {
        expectClose(clipped.get(g).dataSync(), golden.outputs[`g${i}`]!.data, 1e-10);
      }
    });
  }
});

describe("schedules as PyTorch's", () => {
  const schedules: Record<string, (options: never) => Schedule> = {
    stepLR,
    multiStepLR,
    exponentialLR,
    constantLR,
    linearLR,
    polynomialLR,
    cosineAnnealingLR,
    cosineAnnealingWarmRestarts,
    oneCycleLR,
    cyclicLR,
    swaLR,
    cosineWithWarmup,
    lambdaLR: ({ decay }: { decay: number }) => lambdaLR({ lrLambda: (step) => 1 / (1 + decay * step) }),
    multiplicativeLR: ({ decay }: { decay: number }) => multiplicativeLR({ lrLambda: (step) => 1 - decay / step }),
    warmupCosine: ({ warmup, tMax }: { warmup: number; tMax: number }) =>
      sequentialLR([linearLR({ startFactor: 0.1, totalIters: warmup }), cosineAnnealingLR({ tMax })], {
        milestones: [warmup],
      }),
  };
  const dummy = (lr: number) => new SGD([new Parameter(tensor([0]))], { lr, momentum: 0.9 });

  for (const golden of ofOps(...Object.keys(schedules))) {
    test(`${golden.op}, ${golden.name}`, () => {
      const { lr, ...options } = golden.options as { lr: number };
      const optimizer = dummy(lr);
      const scheduler = new LRScheduler(optimizer, schedules[golden.op]!(options as never));
      const rates: number[] = [];
      const momenta: number[] = [];
      const steps = golden.outputs.lr!.data.length;
      for (let step = 0; step < steps; step++) {
        rates.push(optimizer.lr);
        momenta.push(optimizer.groups[0]!.momentum);
        if (step < steps - 1) scheduler.step();
      }
      expectClose(rates, golden.outputs.lr!.data, 1e-10);
      if (golden.outputs.momentum !== undefined) expectClose(momenta, golden.outputs.momentum.data, 1e-10);
    });
  }

  for (const golden of ofOps("reduceLROnPlateau")) {
    test(`reduceLROnPlateau, ${golden.name}`, () => {
      const { lr, ...options } = golden.options as { lr: number };
      const optimizer = dummy(lr);
      let scheduler = new ReduceLROnPlateau(optimizer, options);
      for (const [step, expected] of golden.outputs.lr!.data.entries()) {
        expect(optimizer.lr).toBeCloseTo(expected, 12);
        scheduler.step(golden.inputs.metric!.data[step]!);
        // A scheduler that was saved and loaded goes on as if it had not been.
        const saved = JSON.parse(JSON.stringify(scheduler.stateDict())) as ReturnType<typeof scheduler.stateDict>;
        scheduler = new ReduceLROnPlateau(optimizer, options);
        scheduler.loadStateDict(saved);
      }
    });
  }
});

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < got.length; i++) {
    const error = Math.abs(got[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
    expect(error, `element ${i}: got ${got[i]}, expected ${expected[i]}`).toBeLessThanOrEqual(tolerance);
  }
}
