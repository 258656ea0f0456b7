import { Generator, ones } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { Dropout1d, Dropout2d, Dropout3d, evaluate, predict } from "./index.js";

describe("dropout of channels", () => {
  it("drops a channel whole or not at all, and scales the rest", async () => {
    const layer = new Dropout2d(0.25, { generator: new Generator(5) });
    const y = layer.forward(ones([10, 100, 2, 2]));
    const data = await y.data();
    let dropped = 0;
    for (let i = 0; i < data.length; i += 4) {
      expect(new Set(data.slice(i, i + 4)).size).toBe(1);
      expect([0, Math.fround(4 / 3)]).toContain(data[i]);
      if (data[i] === 0) dropped++;
    }
    expect(dropped / 1000).toBeCloseTo(0.25, 1);
  });

  it("takes the rank of its name, and leaves evaluation alone", async () => {
    expect(() => new Dropout1d().forward(ones([2, 3]))).toThrow("(n, c, l)");
    expect(() => new Dropout3d().forward(ones([2, 3, 4, 4]))).toThrow("(n, c, d, h, w)");
    expect(
      await evaluate(new Dropout1d(1))
        .forward(ones([1, 1, 2]))
        .array(),
    ).toEqual([[[1, 1]]]);
    expect(await predict(new Dropout3d(1), ones([1, 1, 1, 1, 1])).item()).toBe(1);
  });
});
