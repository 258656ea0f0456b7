import { Generator, profile, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { conv2d, Fold, fold, interpolate, PixelShuffle, Unfold, Upsample, unfold } from "../index.js";

describe("interpolate", () => {
  it("repeats elements in one copy, and takes every second as a view", () => {
    const used = (size: number[]) => {
      const x = zeros([1, 2, 4, 4]);
      const { ops } = profile(() => interpolate(x, { size }));
      return ops.filter(({ op }) => op !== "interpolate").map(({ op, calls }) => `${calls} ${op}`);
    };
    expect(used([8, 12])).toContain("1 contiguous");
    expect(used([2, 2])).toEqual(["2 slice"]);
  });

  it("keeps what is constant constant, in every mode", async () => {
    const x = zeros([1, 1, 3, 4], { dtype: "f64" }).add(2);
    for (const mode of ["nearest", "nearest-exact", "bilinear", "bicubic", "area"] as const) {
      const y = interpolate(x, { size: [5, 7], mode });
      for (const value of await y.data()) expect(value).toBeCloseTo(2, 12);
    }
  });

  it("gives each element of the input as much gradient as it was taken", async () => {
    const x = zeros([1, 1, 2, 2]);
    const { grads } = valueAndGrad(x, () => interpolate(x, { scaleFactor: 2, mode: "bilinear" }).sum());
    expect(await grads.get(x).array()).toEqual([
      [
        [
          [4, 4],
          [4, 4],
        ],
      ],
    ]);
  });
});

describe("unfold and fold", () => {
  it("make a convolution of a matrix product", async () => {
    const generator = new Generator(2);
    const x = generator.normal([2, 3, 6, 5], { dtype: "f64" });
    const weight = generator.normal([4, 3, 3, 2], { dtype: "f64" });
    const options = { stride: 2, padding: 1 };
    const columns = unfold(x, { kernelSize: [3, 2], ...options });
    const expected = conv2d(x, weight, undefined, options);
    const y = weight.reshape([4, -1]).matmul(columns).reshape(expected.shape);
    const difference = await y.sub(expected).abs().max().item();
    expect(difference).toBeLessThan(1e-12);
  });

  it("count how often each place was taken", async () => {
    const ones = zeros([1, 4, 4]).add(1);
    expect(await fold(ones, { outputSize: 3, kernelSize: 2 }).array()).toEqual([
      [
        [
          [1, 2, 1],
          [2, 4, 2],
          [1, 2, 1],
        ],
      ],
    ]);
  });
});

describe("layers that resample", () => {
  it("print their options", () => {
    expect(String(new Upsample({ scaleFactor: 2, mode: "bicubic" }))).toBe("Upsample(scaleFactor=2, mode=bicubic)");
    expect(String(new PixelShuffle(3))).toBe("PixelShuffle(upscaleFactor=3)");
    expect(String(new Unfold({ kernelSize: [2, 3] }))).toBe("Unfold(kernelSize=[2, 3])");
    expect(String(new Fold({ outputSize: [4, 5], kernelSize: 2 }))).toBe("Fold(outputSize=[4, 5], kernelSize=2)");
    expect(() => new Fold({ outputSize: 0, kernelSize: 2 })).toThrow(/\[Fold\][^]*outputSize/);
  });
});
