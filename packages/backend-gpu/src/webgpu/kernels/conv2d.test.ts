import type { Conv2dAttrs, Shape } from "@nn/backend";
import { it } from "vitest";
import { host, random } from "../../testing/harness.js";
import { describeOnDevice } from "../../testing/test-on-device.js";
import { expectSameAsCpu } from "../../testing/test-same-as-cpu.js";

interface Case {
  readonly x: Shape;
  readonly weight: Shape;
  readonly attrs?: Partial<Conv2dAttrs>;
}

const cases: readonly (readonly [name: string, Case])[] = [
  ["one pixel", { x: [1, 1, 1, 1], weight: [1, 1, 1, 1] }],
  ["3×3 over the edges of tiles", { x: [3, 5, 9, 7], weight: [17, 5, 3, 3], attrs: { padding: [1, 1, 1, 1] } }],
  ["four paddings", { x: [2, 3, 6, 5], weight: [4, 3, 3, 2], attrs: { padding: [0, 3, 2, 1] } }],
  ["strides", { x: [2, 3, 11, 10], weight: [4, 3, 3, 3], attrs: { stride: [2, 3], padding: [1, 0, 0, 2] } }],
  ["dilation", { x: [2, 2, 12, 11], weight: [3, 2, 3, 2], attrs: { dilation: [2, 4], padding: [2, 2, 1, 1] } }],
  ["groups", { x: [2, 6, 5, 6], weight: [9, 2, 3, 3], attrs: { groups: 3, stride: [1, 2] } }],
  ["1×1", { x: [2, 20, 4, 5], weight: [33, 20, 1, 1] }],
  // So many pixels that the weight's gradient is summed in parts.
  ["a long sum", { x: [4, 1, 24, 25], weight: [2, 1, 5, 5], attrs: { padding: [2, 2, 2, 2] } }],
  ["depthwise", { x: [2, 5, 7, 6], weight: [5, 1, 3, 3], attrs: { groups: 5, padding: [1, 1, 1, 1] } }],
  [
    "depthwise, two filters a channel",
    {
      x: [2, 3, 9, 8],
      weight: [6, 1, 2, 3],
      attrs: { groups: 3, stride: [2, 1], dilation: [2, 2], padding: [1, 0, 2, 1] },
    },
  ],
];

describeOnDevice("conv2d in WGSL", (backend) => {
  const next = random(7);
  const floats = (shape: Shape) => host("f32", shape, () => next(-1, 1));

  it.each(cases)("%s, with both gradients", async (_, { x, weight, attrs }) => {
    const geometry = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1, ...attrs } as const;
    const { stride, padding, dilation } = geometry;
    const size = (axis: 0 | 1) => {
      const reach = dilation[axis] * (weight[2 + axis] - 1) + 1;
      return Math.floor((x[2 + axis] + padding[2 * axis] + padding[2 * axis + 1] - reach) / stride[axis]) + 1;
    };
    const shape = [x[0], weight[0], size(0), size(1)];
    const f32 = (of: Shape) => [{ dtype: "f32", shape: of } as const];
    const [image, filters, bias, gradient] = [floats(x), floats(weight), floats([weight[0]]), floats(shape)];
    await expectSameAsCpu(backend(), ({ kernels }) => kernels.conv2d, {
      inputs: [image, filters, bias],
      outputs: f32(shape),
      attrs: { ...geometry, activation: "tanh" },
    });
    await expectSameAsCpu(backend(), ({ kernels }) => kernels.conv2dGradInput, {
      inputs: [gradient, filters],
      outputs: f32(x),
      attrs: { ...geometry, inputShape: x },
    });
    await expectSameAsCpu(backend(), ({ kernels }) => kernels.conv2dGradWeight, {
      inputs: [image, gradient],
      outputs: f32(weight),
      attrs: { ...geometry, weightShape: weight },
    });
  });
});
