import type { Pool2dAttrs } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { backend, dense, elements, expectClose, run } from "../test-helpers.js";

type Four = readonly [number, number, number, number];
const pools: readonly (Pool2dAttrs & { readonly x: Four })[] = [
  { x: [2, 3, 8, 6], kernelSize: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1] },
  { x: [1, 2, 7, 9], kernelSize: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1] },
  { x: [2, 2, 7, 7], kernelSize: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1], dilation: [1, 1] },
  { x: [1, 2, 9, 8], kernelSize: [3, 2], stride: [1, 3], padding: [0, 1, 1, 0], dilation: [1, 1] },
  { x: [1, 1, 10, 11], kernelSize: [2, 3], stride: [2, 1], padding: [1, 0, 0, 2], dilation: [3, 2] },
  { x: [1, 1, 5, 5], kernelSize: [1, 1], stride: [3, 3], padding: [0, 0, 0, 0], dilation: [1, 1] },
];

/** The output's shape, and for each output element the input elements of its window, first to last. */
function windowsOf({ x: [n, c, h, w], kernelSize, stride, padding, dilation }: Pool2dAttrs & { x: Four }) {
  const oh = Math.floor((h + padding[0] + padding[1] - dilation[0] * (kernelSize[0] - 1) - 1) / stride[0]) + 1;
  const ow = Math.floor((w + padding[2] + padding[3] - dilation[1] * (kernelSize[1] - 1) - 1) / stride[1]) + 1;
  const windows: number[][] = [];
  for (let plane = 0; plane < n * c; plane++)
    for (let i = 0; i < oh; i++)
      for (let j = 0; j < ow; j++) {
        const window: number[] = [];
        for (let r = 0; r < kernelSize[0]; r++)
          for (let s = 0; s < kernelSize[1]; s++) {
            const y = i * stride[0] - padding[0] + r * dilation[0];
            const x = j * stride[1] - padding[2] + s * dilation[1];
            if (y >= 0 && y < h && x >= 0 && x < w) window.push((plane * h + y) * w + x);
          }
        windows.push(window);
      }
  return { shape: [n, c, oh, ow], windows };
}

describe.each(pools)("pools of $x by $kernelSize", (pool) => {
  const { shape, windows } = windowsOf(pool);
  const x = dense("f32", pool.x);
  const g = dense("f32", shape);
  const xs = elements(x);
  const gs = elements(g);

  it("takes the largest", () => {
    const expected = windows.map((window) => Math.max(...window.map((i) => xs[i])));
    expect(run(backend.kernels.maxPool2d, [x], [["f32", shape]], pool)[0]).toEqual(expected);
  });

  it("gives the gradient to the first of the largest", () => {
    const expected = xs.map(() => 0);
    windows.forEach((window, o) => {
      const best = Math.max(...window.map((i) => xs[i]));
      expected[window.find((i) => xs[i] === best)!] += gs[o];
    });
    expectClose(run(backend.kernels.maxPool2dGrad, [x, g], [["f32", pool.x]], pool)[0], expected, 1e-6);
  });

  it.each([true, false])("averages, counting the padding: %s", (countIncludePad) => {
    const attrs = { ...pool, countIncludePad, inputShape: pool.x };
    const divisor = (window: readonly number[]) =>
      countIncludePad ? pool.kernelSize[0] * pool.kernelSize[1] : window.length;
    const means = windows.map((window) => window.reduce((sum, i) => sum + xs[i], 0) / divisor(window));
    expectClose(run(backend.kernels.avgPool2d, [x], [["f32", shape]], attrs)[0], means, 1e-6);
    const expected = xs.map(() => 0);
    windows.forEach((window, o) => window.forEach((i) => (expected[i] += gs[o] / divisor(window))));
    expectClose(run(backend.kernels.avgPool2dGrad, [g], [["f32", pool.x]], attrs)[0], expected, 1e-6);
  });
});

describe("max pooling", () => {
  // The same windows by the path for 2 × 2 and by the general one (a dilation of 1 × 2 in a kernel of width 1 changes nothing).
  const pairs = { kernelSize: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1] } as const;
  const columns = { kernelSize: [4, 1], stride: [4, 1], padding: [0, 0, 0, 0], dilation: [1, 1] } as const;

  it("lets NaN win, and gives it the gradient; among equals the first", () => {
    const values = [1, NaN, 3, 0, -Infinity, -Infinity, -Infinity, -Infinity];
    for (let a = 0; a < values.length ** 2; a++) {
      const window = [values[a % 8], values[a >> 3], values[(a * 5) % 8], values[(a * 3 + 1) % 8]];
      const best = Math.max(...window);
      const at = window.findIndex((v) => Object.is(v, best));
      for (const [attrs, shape] of [
        [pairs, [1, 1, 2, 2]],
        [columns, [1, 1, 4, 1]],
      ] as const) {
        const x = dense("f64", shape, window);
        const g = dense("f64", [1, 1, 1, 1], [5]);
        expect(run(backend.kernels.maxPool2d, [x], [["f64", [1, 1, 1, 1]]], attrs)[0]).toEqual([best]);
        expect(run(backend.kernels.maxPool2dGrad, [x, g], [["f64", shape]], attrs)[0].indexOf(5)).toBe(at);
      }
    }
  });
});
