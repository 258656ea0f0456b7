import { evaluate, Sequential } from "@nn/layers";
import {
  Generator,
  isNNError,
  locateError,
  memory,
  ones,
  parameters,
  profile,
  relu,
  stateDict,
  sum,
  tensor,
  valueAndGrad,
  zeros,
} from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { Conv2d, conv2d } from "../index.js";

/** The error of a call, as text. */
function messageOf(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    if (isNNError(error)) return `${error.name} ${error.message}`;
    throw error;
  }
  return "no error";
}

describe("conv2d", () => {
  it("sums windows weighted by the filter, without turning it around", async () => {
    const x = tensor([
      [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
    ]);
    const weight = tensor([[[[1, 10]]]]);
    expect(await conv2d(x, weight).array()).toEqual([
      [
        [
          [21, 32],
          [54, 65],
        ],
      ],
    ]);
  });

  it("keeps the size with padding same, the odd one at the end", () => {
    const y = conv2d(ones([1, 1, 5, 4]), ones([1, 1, 4, 2]), undefined, { padding: "same" });
    expect(y.shape).toEqual([1, 1, 5, 4]);
    // Two rows above and below the corner would make 4; one above and two below make 3 × 2.
    expect(y.at(0, 0, 0, 0).dataSync()[0]).toBe(6);
  });

  it("takes padding by sides: top, bottom, left, right", () => {
    const y = conv2d(zeros([1, 1, 4, 4]), zeros([1, 1, 1, 1]), undefined, { padding: [1, 2, 3, 4] });
    expect(y.shape).toEqual([1, 1, 7, 11]);
  });

  it("applies the activation and pulls the gradient through it", async () => {
    const x = tensor([[[[-1, 2]]]]);
    const { loss, grads } = valueAndGrad(x, () =>
      sum(conv2d(x, ones([1, 1, 1, 1]), undefined, { activation: "relu" })),
    );
    expect(await loss.item()).toBe(2);
    expect(await grads.get(x).array()).toEqual([[[[0, 1]]]]);
  });

  it("adds up the gradient of the bias over images and places", async () => {
    const bias = tensor([1, 2]);
    const { grads } = valueAndGrad(bias, () => sum(conv2d(zeros([3, 1, 4, 5]), zeros([2, 1, 1, 1]), bias)));
    expect(await grads.get(bias).array()).toEqual([60, 60]);
  });

  it("names all reasons at once, each with its fix", () => {
    const message = messageOf(() => conv2d(zeros([8, 4, 2, 32]), zeros([16, 3, 5, 5]), zeros([15])));
    expect(message).toBe(
      [
        "ShapeError [conv2d] input channels do not match the weight; the kernel is larger than the padded input; the bias does not fit the output channels",
        "  input     f32 [8, 4, 2, 32]   n c h w",
        "  weight    f32 [16, 3, 5, 5]   out in/groups kh kw",
        "  bias      f32 [15]            out",
        "  expected  c = 3, got 4",
        "  expected  padded h of at least 5, got 2",
        "  expected  bias [16], got [15]",
        "  fix       new Conv2d(4, 16, …), or check the layer before it; pad the input, or use a smaller kernel or dilation; give one number for each output channel",
      ].join("\n"),
    );
  });
});

describe("Conv2d", () => {
  it("has PyTorch's keys and shapes", () => {
    const layer = new Conv2d(4, 6, { kernelSize: [3, 5], groups: 2 });
    const shapes = Object.entries(stateDict(layer)).map(([key, { shape }]) => [key, shape]);
    expect(shapes).toEqual([
      ["weight", [6, 2, 3, 5]],
      ["bias", [6]],
    ]);
    expect(parameters(new Conv2d(1, 1, { kernelSize: 1, bias: false }))).toHaveLength(1);
  });

  it("starts uniform in ±1/√(inputs of a filter), and the same for the same seed", async () => {
    const make = () => new Conv2d(16, 32, { kernelSize: 3, generator: new Generator(3) });
    const values = [...(await make().weight.data())];
    const bound = 1 / Math.sqrt(16 * 9);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...values)).toBeGreaterThan(0.99 * bound);
    expect(Math.min(...values)).toBeLessThan(-0.99 * bound);
    expect([...(await make().weight.data())]).toEqual(values);
  });

  it("prints its options", () => {
    const layer = new Conv2d(3, 16, { kernelSize: 3, padding: "same", activation: "relu" });
    expect(String(layer)).toBe("Conv2d(3, 16, kernelSize=[3, 3], padding=same, activation=relu, groups=1, bias=true)");
  });

  it("is found on an error", () => {
    const model = new Sequential(new Conv2d(3, 8, { kernelSize: 3 }), relu, new Conv2d(4, 8, { kernelSize: 3 }));
    const message = messageOf(() => {
      try {
        model.forward(zeros([1, 3, 8, 8]));
      } catch (error) {
        if (isNNError(error)) locateError(model, error);
        throw error;
      }
    });
    expect(message).toContain("c = 4, got 8");
    expect(message).toContain("in        model.2 (Conv2d)");
  });

  it("leaves nothing behind in a training step", () => {
    const layer = evaluate(new Conv2d(2, 3, { kernelSize: 3, padding: 1 }));
    const x = zeros([2, 2, 5, 5]);
    const step = () => {
      const { loss, grads } = valueAndGrad(layer, () => sum(layer.forward(x).square()));
      loss.dispose();
      for (const parameter of parameters(layer)) grads.get(parameter).dispose();
    };
    step();
    const before = memory().liveBytes;
    for (let i = 0; i < 5; i++) step();
    expect(memory().liveBytes).toBe(before);
  });

  it("asks for the gradients that are needed and no others", () => {
    const layer = new Conv2d(1, 1, { kernelSize: 1 });
    const { ops } = profile(() => valueAndGrad(layer.bias!, () => sum(layer.forward(zeros([1, 1, 2, 2])))));
    const names = ops.map(({ op }) => op);
    expect(names).toContain("conv2d");
    expect(names.filter((name) => name.startsWith("conv2dGrad"))).toEqual([]);
  });
});
