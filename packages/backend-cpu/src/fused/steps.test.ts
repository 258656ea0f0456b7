import type { DType, Operand } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { backend, dense, elements, expectClose, run } from "../test-helpers.js";

const sizes = [[5], [2, 3]];
const outputsOf = (dtype: DType, each: number) =>
  sizes.flatMap((shape) => new Array<[DType, number[]]>(each).fill([dtype, shape]));

describe("sgdStep", () => {
  it("takes a plain step with decay", () => {
    const inputs = sizes.flatMap((shape) => [dense("f64", shape), dense("f64", shape)]);
    const out = run(
      backend.kernels.sgdStep,
      inputs,
      outputsOf("f64", 1),
      { nesterov: false, hasMomentum: false },
      [0.1, 0, 0, 0.01, 1],
    );
    sizes.forEach((_, i) => {
      const [p, g] = [inputs[2 * i], inputs[2 * i + 1]].map(elements);
      expectClose(
        out[i],
        p.map((v, j) => v - 0.1 * (g[j] + 0.01 * v)),
        1e-14,
      );
    });
  });

  it.each([
    [true, 1],
    [true, 0],
    [false, 1],
    [false, 0],
  ] as const)("follows PyTorch with momentum (Nesterov %s, first %i)", (nesterov, first) => {
    const [lr, momentum, dampening, decay] = [0.1, 0.9, nesterov ? 0 : 0.3, 0.01];
    const inputs = sizes.flatMap((shape) => [dense("f64", shape), dense("f64", shape), dense("f64", shape)]);
    const out = run(backend.kernels.sgdStep, inputs, outputsOf("f64", 2), { nesterov, hasMomentum: true }, [
      lr,
      momentum,
      dampening,
      decay,
      first,
    ]);
    sizes.forEach((_, i) => {
      const [p, g, b] = inputs.slice(3 * i, 3 * i + 3).map(elements);
      const gradient = g.map((v, j) => v + decay * p[j]);
      const buffer = gradient.map((v, j) => (first ? v : momentum * b[j] + (1 - dampening) * v));
      expectClose(out[2 * i + 1], buffer, 1e-14);
      expectClose(
        out[2 * i],
        p.map((v, j) => v - lr * (nesterov ? gradient[j] + momentum * buffer[j] : buffer[j])),
        1e-14,
      );
    });
  });

  it("ignores what a new momentum buffer holds", () => {
    const inputs = [dense("f32", [1], [1]), dense("f32", [1], [2]), dense("f32", [1], [NaN])];
    const out = run(
      backend.kernels.sgdStep,
      inputs,
      [
        ["f32", [1]],
        ["f32", [1]],
      ],
      { nesterov: false, hasMomentum: true },
      [0.5, 0.9, 0, 0, 1],
    );
    expect(out).toEqual([[0], [2]]);
  });
});

describe("adamStep", () => {
  const scalars = [0.01, 0.9, 0.99, 1e-8, 0.1, 3];

  function expected([p, g, m, v, top]: number[][], amsgrad: boolean, decoupled: boolean): number[][] {
    const [lr, beta1, beta2, eps, decay, step] = scalars;
    const out: number[][] = amsgrad ? [[], [], [], []] : [[], [], []];
    p.forEach((value, i) => {
      const start = decoupled ? value * (1 - lr * decay) : value;
      const gradient = decoupled ? g[i] : g[i] + decay * value;
      const first = beta1 * m[i] + (1 - beta1) * gradient;
      const second = beta2 * v[i] + (1 - beta2) * gradient ** 2;
      const largest = amsgrad ? Math.max(top[i], second) : second;
      const denominator = Math.sqrt(largest) / Math.sqrt(1 - beta2 ** step) + eps;
      out[0].push(start - (lr / (1 - beta1 ** step)) * (first / denominator));
      out[1].push(first);
      out[2].push(second);
      if (amsgrad) out[3].push(largest);
    });
    return out;
  }

  const state = (shape: readonly number[], count: number): Operand[] =>
    Array.from({ length: count }, (_, i) => {
      const operand = dense("f64", shape);
      return i < 3 ? operand : dense("f64", shape, elements(operand).map(Math.abs));
    });

  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])("follows PyTorch (amsgrad %s, decoupled %s)", (amsgrad, decoupled) => {
    const count = amsgrad ? 5 : 4;
    const inputs = sizes.flatMap((shape) => state(shape, count));
    const out = run(backend.kernels.adamStep, inputs, outputsOf("f64", count - 1), { amsgrad, decoupled }, scalars);
    const all = sizes.flatMap((_, i) =>
      expected(inputs.slice(i * count, (i + 1) * count).map(elements), amsgrad, decoupled),
    );
    out.forEach((list, i) => expectClose(list, all[i], 1e-14));
  });

  it("works in place", () => {
    const [p, g, m, v] = state([6], 4);
    const all = expected([p, g, m, v].map(elements), false, true);
    backend.kernels.adamStep!.run({
      inputs: [p, g, m, v],
      outputs: [p, m, v],
      attrs: { amsgrad: false, decoupled: true },
      scalars,
      saved: [],
    });
    [p, m, v].forEach((operand, i) => expectClose(elements(operand), all[i], 1e-14));
  });
});
