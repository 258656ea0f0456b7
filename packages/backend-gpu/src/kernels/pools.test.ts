import type { Pool2dAttrs, Shape } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { backendOver } from "../backend-over.js";
import { host, random } from "../testing/harness.js";
import { modes, TestEngine } from "../testing/test-engine.js";
import { callAll, expectSameAsCpu } from "../testing/test-same-as-cpu.js";

const cases: readonly (readonly [name: string, x: Shape, attrs: Partial<Pool2dAttrs>])[] = [
  ["2×2 side by side", [2, 3, 4, 6], { stride: [2, 2] }],
  ["overlapping windows", [1, 2, 6, 5], { kernelSize: [3, 2] }],
  ["uneven strides and paddings", [1, 2, 7, 6], { kernelSize: [3, 3], stride: [2, 1], padding: [1, 0, 0, 1] }],
  ["dilation", [1, 1, 9, 8], { kernelSize: [2, 3], stride: [1, 2], dilation: [3, 2], padding: [1, 1, 2, 2] }],
];

describe.each(modes)("pools in %s mode", (mode) => {
  const backend = backendOver(new TestEngine(mode));
  const next = random(19);

  it.each(cases)("%s, with gradients", async (_, x, options) => {
    const attrs: Pool2dAttrs = {
      ...{ kernelSize: [2, 2], stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1] },
      ...options,
    };
    const { kernelSize, stride, padding, dilation } = attrs;
    const size = (axis: 0 | 1) => {
      const reach = dilation[axis] * (kernelSize[axis] - 1) + 1;
      return Math.floor((x[2 + axis] + padding[2 * axis] + padding[2 * axis + 1] - reach) / stride[axis]) + 1;
    };
    const shape = [x[0], x[1], size(0), size(1)];
    // Few values, so that windows have several largest elements.
    const image = host("f32", x, () => Math.round(next(-2, 2)));
    const gradient = host("f32", shape, () => next(-1, 1));
    const f32 = (of: Shape) => [{ dtype: "f32", shape: of } as const];
    const pooled = { inputs: [image], outputs: f32(shape) };
    await expectSameAsCpu(backend, ({ kernels }) => kernels.maxPool2d, { ...pooled, attrs });
    await expectSameAsCpu(backend, ({ kernels }) => kernels.maxPool2dGrad, {
      inputs: [image, gradient],
      outputs: f32(x),
      attrs,
    });
    for (const countIncludePad of [true, false]) {
      const averaged = { ...attrs, countIncludePad };
      await expectSameAsCpu(backend, ({ kernels }) => kernels.avgPool2d, { ...pooled, attrs: averaged });
      await expectSameAsCpu(backend, ({ kernels }) => kernels.avgPool2dGrad, {
        inputs: [gradient],
        outputs: f32(x),
        attrs: { ...averaged, inputShape: x },
      });
    }
  });

  it("lets NaN win, and gives the first of them the gradient", async () => {
    const x = host("f32", [1, 1, 2, 4], (i) => [1, NaN, 5, 5, NaN, 2, 5, 6][i]);
    const attrs: Pool2dAttrs = { kernelSize: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1] };
    const outputs = [{ dtype: "f32", shape: [1, 1, 1, 2] } as const];
    const { maxPool2d, maxPool2dGrad } = backend.kernels;
    expect(await callAll(backend, maxPool2d!, { inputs: [x], outputs, attrs })).toEqual([[NaN, 6]]);
    const g = host("f32", [1, 1, 1, 2], (i) => i + 1);
    const gradient = { inputs: [x, g], outputs: [{ dtype: "f32", shape: x.shape } as const], attrs };
    expect(await callAll(backend, maxPool2dGrad!, gradient)).toEqual([[0, 1, 0, 0, 0, 0, 0, 2]]);
  });
});
