import { Generator, tensor } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { randomAffine } from "./random-affine.js";

const nothing = { degrees: 0, translate: 0, scale: 0 };

describe("randomAffine", () => {
  const image = tensor(Array.from({ length: 25 }, (_, i) => i / 25)).reshape([1, 1, 5, 5]);

  it("leaves images as they are when all amounts are 0", async () => {
    expect(await randomAffine(image, new Generator(1), nothing).array()).toEqual(await image.array());
  });

  it("moves by parts of pixels, and keeps the ink inside", async () => {
    const dot = tensor(Array.from({ length: 81 }, (_, i) => (i === 40 ? 1 : 0))).reshape([1, 1, 9, 9]);
    const moved = randomAffine(dot, new Generator(1), { ...nothing, translate: 2 });
    expect(await moved.sum().item()).toBeCloseTo(1, 5);
    expect(await moved.array()).not.toEqual(await dot.array());
  });

  it("turns about the center", async () => {
    const bar = tensor(Array.from({ length: 25 }, (_, i) => (Math.floor(i / 5) === 2 ? 1 : 0))).reshape([1, 1, 5, 5]);
    const turned = randomAffine(bar, new Generator(3), { ...nothing, degrees: 90 });
    expect(await turned.at(0, 0, 2, 2).item()).toBeCloseTo(1, 5);
    expect(await turned.at(0, 0, 2, 0).item()).toBeLessThan(0.999);
  });

  it("treats every image differently, and the same again with an equal generator", async () => {
    const two = image.expand([2, 1, 5, 5]).contiguous();
    const all = { degrees: 20, translate: 1, scale: 0.2 };
    const [a, b] = (await randomAffine(two, new Generator(5), all).array()) as unknown[];
    expect(a).not.toEqual(b);
    expect(await randomAffine(two, new Generator(5), all).array()).toEqual([a, b]);
  });
});
