import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { type SgdStepAttrs, sgdStep } from "./sgd-step.js";

type Scalars = readonly [lr: number, momentum: number, dampening: number, weightDecay: number, first: number];

const noGradient = "a step is not differentiated: it runs outside of every recording";

function stepCase(name: string, attrs: SgdStepAttrs, scalars: Scalars, shapes: readonly (readonly number[])[]): OpCase {
  const taken = attrs.hasMomentum ? 3 : 2;
  return {
    name,
    inputs: shapes.flatMap((shape) => Array.from({ length: taken }, (): CaseInput => ({ shape }))),
    run: (...inputs) => sgdStep.callAll(inputs, attrs, { scalars }),
    reference: (...inputs) => {
      const outputs: number[][] = [];
      for (let i = 0; i < inputs.length; i += taken) {
        outputs.push(...move(inputs[i]!, inputs[i + 1]!, attrs.hasMomentum ? inputs[i + 2]! : null, attrs, scalars));
      }
      return outputs;
    },
    noGradient,
  };
}

function move(
  p: readonly number[],
  g: readonly number[],
  buffer: readonly number[] | null,
  { nesterov }: SgdStepAttrs,
  [lr, momentum, dampening, weightDecay, first]: Scalars,
): number[][] {
  const decayed = g.map((value, i) => value + weightDecay * p[i]!);
  if (buffer === null) return [p.map((value, i) => value - lr * decayed[i]!)];
  const next = decayed.map((value, i) => (first === 1 ? value : momentum * buffer[i]! + (1 - dampening) * value));
  return [p.map((value, i) => value - lr * (nesterov ? decayed[i]! + momentum * next[i]! : next[i]!)), next];
}

const plain = { nesterov: false, hasMomentum: false };
const withMomentum = { nesterov: false, hasMomentum: true };
const shapes = [[2, 3], [5], [1, 2, 2]];

export const sgdStepCases: OpCases = {
  op: "sgdStep",
  cases: [
    stepCase("plain, one parameter", plain, [0.1, 0, 0, 0, 0], [[7]]),
    stepCase("plain, several parameters", plain, [0.1, 0, 0, 0, 1], shapes),
    stepCase("weight decay", plain, [0.1, 0, 0, 0.3, 0], shapes),
    stepCase("momentum", withMomentum, [0.1, 0.9, 0, 0, 0], shapes),
    stepCase("momentum, dampening, weight decay", withMomentum, [0.1, 0.9, 0.25, 0.3, 0], shapes),
    stepCase("the first step ignores the buffer", withMomentum, [0.1, 0.9, 0.25, 0, 1], shapes),
    stepCase("nesterov", { nesterov: true, hasMomentum: true }, [0.1, 0.5, 0, 0.1, 0], shapes),
    stepCase("a scalar and a longer parameter", withMomentum, [0.1, 0.9, 0, 0, 0], [[], [33]]),
  ],
  errors: [
    {
      name: "tensors are missing",
      inputs: [{ shape: [2] }],
      run: (p) => sgdStep.callAll([p!], plain, { scalars: [0.1, 0, 0, 0, 1] }),
      error: "DataError",
      says: ["groups of 2", "1 tensors"],
    },
    {
      name: "a gradient of another shape",
      inputs: [{ shape: [2] }, { shape: [3] }],
      run: (p, g) => sgdStep.callAll([p!, g!], plain, { scalars: [0.1, 0, 0, 0, 1] }),
      error: "ShapeError",
      says: ["parameter", "[2]", "gradient", "[3]"],
    },
  ],
};
