import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { type AdamStepAttrs, adamStep } from "./adam-step.js";

type Scalars = readonly [lr: number, beta1: number, beta2: number, eps: number, weightDecay: number, step: number];

const noGradient = "a step is not differentiated: it runs outside of every recording";

function stepCase(
  name: string,
  attrs: AdamStepAttrs,
  scalars: Scalars,
  shapes: readonly (readonly number[])[],
): OpCase {
  const taken = attrs.amsgrad ? 5 : 4;
  return {
    name,
    // Mean squares are not negative; away from 0, where the square root would magnify roundings.
    inputs: shapes.flatMap((shape) =>
      Array.from({ length: taken }, (_, i): CaseInput => (i < 3 ? { shape } : { shape, range: [0.1, 2] })),
    ),
    run: (...inputs) => adamStep.callAll(inputs, attrs, { scalars }),
    reference: (...inputs) => {
      const outputs: number[][] = [];
      for (let i = 0; i < inputs.length; i += taken) outputs.push(...move(inputs.slice(i, i + taken), attrs, scalars));
      return outputs;
    },
    noGradient,
  };
}

function move(
  group: readonly (readonly number[])[],
  { decoupled }: AdamStepAttrs,
  [lr, beta1, beta2, eps, weightDecay, step]: Scalars,
): number[][] {
  const [p, g, m, v, vMax] = group as [number[], number[], number[], number[], number[] | undefined];
  const gradient = g.map((value, i) => (decoupled ? value : value + weightDecay * p[i]!));
  const nextM = gradient.map((value, i) => beta1 * m[i]! + (1 - beta1) * value);
  const nextV = gradient.map((value, i) => beta2 * v[i]! + (1 - beta2) * value ** 2);
  const top = vMax === undefined ? nextV : nextV.map((value, i) => Math.max(value, vMax[i]!));
  const next = p.map((value, i) => {
    const mean = nextM[i]! / (1 - beta1 ** step);
    const square = top[i]! / (1 - beta2 ** step);
    return value * (decoupled ? 1 - lr * weightDecay : 1) - (lr * mean) / (Math.sqrt(square) + eps);
  });
  return vMax === undefined ? [next, nextM, nextV] : [next, nextM, nextV, top];
}

const adam = { amsgrad: false, decoupled: false };
const adamW = { amsgrad: false, decoupled: true };
const shapes = [[2, 3], [5], [1, 2, 2]];

export const adamStepCases: OpCases = {
  op: "adamStep",
  cases: [
    stepCase("first step, one parameter", adam, [0.01, 0.9, 0.999, 1e-8, 0, 1], [[7]]),
    stepCase("several parameters", adam, [0.01, 0.9, 0.99, 1e-8, 0, 5], shapes),
    stepCase("weight decay in the gradient", adam, [0.01, 0.5, 0.75, 0.1, 0.3, 3], shapes),
    stepCase("decoupled weight decay", adamW, [0.05, 0.9, 0.99, 1e-8, 0.5, 2], shapes),
    stepCase("AMSGrad, one parameter", { amsgrad: true, decoupled: false }, [0.01, 0.5, 0.5, 1e-8, 0.1, 4], [[6]]),
    stepCase("AMSGrad, several parameters", { amsgrad: true, decoupled: true }, [0.01, 0.5, 0.5, 1e-8, 0.1, 4], shapes),
    stepCase("a scalar and a longer parameter", adam, [0.01, 0.9, 0.99, 1e-8, 0, 5], [[], [33]]),
  ],
  errors: [
    {
      name: "tensors are missing",
      inputs: [{ shape: [2] }, { shape: [2] }, { shape: [2] }],
      run: (...inputs) => adamStep.callAll(inputs, adam, { scalars: [0.1, 0.9, 0.99, 1e-8, 0, 1] }),
      error: "DataError",
      says: ["groups of 4", "3 tensors"],
    },
    {
      name: "a state of another shape",
      inputs: [{ shape: [2] }, { shape: [2] }, { shape: [2] }, { shape: [3] }],
      run: (...inputs) => adamStep.callAll(inputs, adam, { scalars: [0.1, 0.9, 0.99, 1e-8, 0, 1] }),
      error: "ShapeError",
      says: ["parameter", "[2]", "state 1", "[3]"],
    },
  ],
};
