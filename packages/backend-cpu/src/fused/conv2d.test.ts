import type { Conv2dAttrs, DType } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { backend, dense, elements, expectClose, run } from "../test-helpers.js";

interface Case {
  readonly x: readonly [number, number, number, number];
  /** Filters, and height and width of the kernel. */
  readonly w: readonly [number, number, number];
  readonly stride?: readonly [number, number];
  readonly padding?: readonly [number, number, number, number];
  readonly dilation?: readonly [number, number];
  readonly groups?: number;
}

const cases: readonly Case[] = [
  { x: [2, 3, 8, 9], w: [4, 3, 3] },
  { x: [2, 3, 7, 6], w: [5, 3, 3], padding: [1, 1, 1, 1] },
  { x: [1, 1, 9, 9], w: [3, 5, 5], padding: [2, 2, 2, 2] },
  { x: [1, 2, 10, 8], w: [3, 7, 6], padding: [3, 3, 2, 3] },
  { x: [3, 4, 5, 5], w: [6, 1, 1] },
  { x: [2, 4, 5, 6], w: [6, 1, 1], stride: [2, 2] },
  { x: [2, 4, 5, 6], w: [6, 1, 1], groups: 2 },
  { x: [1, 2, 4, 4], w: [3, 1, 1], padding: [1, 0, 0, 2] },
  { x: [2, 3, 9, 11], w: [4, 3, 2], stride: [2, 3], padding: [1, 0, 2, 1] },
  { x: [1, 2, 11, 12], w: [3, 3, 3], stride: [3, 1], dilation: [2, 3], padding: [0, 4, 3, 0] },
  { x: [2, 6, 7, 7], w: [9, 3, 3], groups: 3, padding: [1, 1, 1, 1] },
  { x: [2, 5, 6, 7], w: [5, 3, 3], groups: 5, padding: [1, 1, 1, 1] },
  { x: [1, 3, 8, 8], w: [6, 2, 3], groups: 3, stride: [2, 1], dilation: [1, 2] },
  // Beyond the blocks of the product: 288 window elements, 324 places, 70 filters.
  { x: [1, 32, 18, 18], w: [3, 3, 3], padding: [1, 1, 1, 1] },
  { x: [2, 2, 4, 4], w: [70, 2, 2] },
  { x: [1, 300, 2, 2], w: [2, 1, 1], padding: [1, 0, 0, 0] },
  { x: [1, 2, 3, 3], w: [300, 2, 2] },
];

const size = (input: number, kernel: number, stride: number, padding: number, dilation: number) =>
  Math.floor((input + padding - dilation * (kernel - 1) - 1) / stride) + 1;

/** Calls `visit` with the flat indices of every product of a convolution: output, input, weight. */
function eachProduct(
  c: Case,
  visit: (y: number, x: number, w: number) => void,
): readonly [number, number, number, number] {
  const { stride, padding, dilation, groups } = attrsOf(c);
  const [images, channels, height, width] = c.x;
  const [filters, kh, kw] = c.w;
  const oh = size(height, kh, stride[0], padding[0] + padding[1], dilation[0]);
  const ow = size(width, kw, stride[1], padding[2] + padding[3], dilation[1]);
  const share = channels / groups;
  for (let n = 0; n < images; n++)
    for (let f = 0; f < filters; f++)
      for (let i = 0; i < oh; i++)
        for (let j = 0; j < ow; j++)
          for (let k = 0; k < share; k++)
            for (let r = 0; r < kh; r++)
              for (let s = 0; s < kw; s++) {
                const y = i * stride[0] - padding[0] + r * dilation[0];
                const x = j * stride[1] - padding[2] + s * dilation[1];
                if (y < 0 || y >= height || x < 0 || x >= width) continue;
                const channel = Math.floor(f / (filters / groups)) * share + k;
                visit(
                  ((n * filters + f) * oh + i) * ow + j,
                  ((n * channels + channel) * height + y) * width + x,
                  ((f * share + k) * kh + r) * kw + s,
                );
              }
  return [images, filters, oh, ow];
}

function attrsOf(c: Case, activation: Conv2dAttrs["activation"] = "none"): Conv2dAttrs {
  return {
    stride: c.stride ?? [1, 1],
    padding: c.padding ?? [0, 0, 0, 0],
    dilation: c.dilation ?? [1, 1],
    groups: c.groups ?? 1,
    activation,
  };
}

function operands(c: Case, dtype: DType) {
  const attrs = attrsOf(c);
  const shape = eachProduct(c, () => {});
  const x = dense(dtype, c.x);
  const w = dense(dtype, [c.w[0], c.x[1] / attrs.groups, c.w[1], c.w[2]]);
  const g = dense(dtype, shape);
  return { attrs, shape, x, w, g, xs: elements(x), ws: elements(w), gs: elements(g) };
}

describe.each(["f64", "f32"] as const)("conv2d in %s", (dtype) => {
  const tolerance = dtype === "f64" ? 1e-12 : 1e-6;

  it.each(cases)("forward $x * $w", (c) => {
    const { attrs, shape, x, w, gs, xs, ws } = operands(c, dtype);
    const expected = gs.map(() => 0);
    eachProduct(c, (o, i, k) => (expected[o] += xs[i] * ws[k]));
    expectClose(run(backend.kernels.conv2d, [x, w], [[dtype, shape]], attrs)[0], expected, tolerance);
  });

  it.each(cases)("gradient of the input $x * $w", (c) => {
    const { attrs, w, g, gs, xs, ws } = operands(c, dtype);
    const expected = xs.map(() => 0);
    eachProduct(c, (o, i, k) => (expected[i] += gs[o] * ws[k]));
    const all = { ...attrs, inputShape: c.x };
    expectClose(run(backend.kernels.conv2dGradInput, [g, w], [[dtype, c.x]], all)[0], expected, tolerance);
  });

  it.each(cases)("gradient of the weight $x * $w", (c) => {
    const { attrs, x, w, g, gs, xs, ws } = operands(c, dtype);
    const expected = ws.map(() => 0);
    eachProduct(c, (o, i, k) => (expected[k] += gs[o] * xs[i]));
    const all = { ...attrs, weightShape: w.shape };
    expectClose(run(backend.kernels.conv2dGradWeight, [x, g], [[dtype, w.shape]], all)[0], expected, tolerance);
  });

  it.each(["none", "relu", "tanh", "sigmoid"] as const)("adds the bias, then applies %s, once", (activation) => {
    const functions = {
      none: (v: number) => v,
      relu: (v: number) => Math.max(v, 0),
      tanh: Math.tanh,
      sigmoid: (v: number) => 1 / (1 + Math.exp(-v)),
    };
    // 32 · 3 · 3 window elements are two blocks of depth.
    for (const c of [cases[1], cases[4], cases[11], cases[13]]) {
      const { shape, x, w, gs, xs, ws } = operands(c, dtype);
      const bias = dense(dtype, [c.w[0]]);
      const b = elements(bias);
      const places = shape[2] * shape[3];
      const expected = gs.map((_, i) => b[Math.floor(i / places) % c.w[0]]);
      eachProduct(c, (o, i, k) => (expected[o] += xs[i] * ws[k]));
      const [out] = run(backend.kernels.conv2d, [x, w, bias], [[dtype, shape]], attrsOf(c, activation));
      expectClose(out, expected.map(functions[activation]), tolerance);
    }
  });
});

describe("conv2d", () => {
  it("keeps a NaN to the windows that see it", () => {
    const x = dense("f32", [1, 1, 3, 3], [NaN, 0, 0, 0, 0, 0, 0, 0, Infinity]);
    const w = dense("f32", [1, 1, 2, 2], [1, 1, 1, 1]);
    const attrs = attrsOf({ x: [1, 1, 3, 3], w: [1, 2, 2] });
    expect(run(backend.kernels.conv2d, [x, w], [["f32", [1, 1, 2, 2]]], attrs)[0]).toEqual([NaN, 0, 0, Infinity]);
  });
});
