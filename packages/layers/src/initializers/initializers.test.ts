import { Generator, type Tensor } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import {
  constant,
  fanInOut,
  gain,
  kaimingNormal,
  kaimingUniform,
  lecunNormal,
  lecunUniform,
  normal,
  orthogonal,
  truncatedNormal,
  uniform,
  xavierNormal,
  xavierUniform,
} from "../index.js";

const options = () => ({ generator: new Generator(11), dtype: "f64" }) as const;
const shape = [64, 32, 3, 3];

async function spread(x: Tensor) {
  const data = Array.from(await x.data());
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const square = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  return { mean, std: Math.sqrt(square), bound: data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

describe("initializers", () => {
  it.each([
    ["kaimingUniform", kaimingUniform(shape, options()), Math.sqrt(2 / 288)],
    ["kaimingNormal", kaimingNormal(shape, { ...options(), mode: "fanOut" }), Math.sqrt(2 / 576)],
    ["xavierUniform", xavierUniform(shape, options()), Math.sqrt(2 / 864)],
    ["xavierNormal", xavierNormal(shape, { ...options(), gain: gain("tanh") }), (5 / 3) * Math.sqrt(2 / 864)],
    ["lecunUniform", lecunUniform(shape, options()), Math.sqrt(1 / 288)],
    ["lecunNormal", lecunNormal(shape, options()), Math.sqrt(1 / 288)],
    ["orthogonal", orthogonal(shape, options()), Math.sqrt(1 / 288)],
    ["uniform", uniform(shape, { ...options(), low: -3, high: 3 }), Math.sqrt(3)],
    ["normal", normal(shape, { ...options(), std: 0.02 }), 0.02],
  ])("%s has its standard deviation", async (_, x, expected) => {
    const { mean, std } = await spread(x);
    expect(std / expected).toBeCloseTo(1, 1);
    expect(mean / expected).toBeCloseTo(0, 1);
  });

  it("uniform ones stay within their bound", async () => {
    const { bound } = await spread(kaimingUniform(shape, { ...options(), a: Math.sqrt(5) }));
    expect(bound).toBeLessThanOrEqual(1 / Math.sqrt(288));
    expect(bound).toBeGreaterThan(0.999 / Math.sqrt(288));
  });

  it("truncatedNormal stays within its bounds and fills them", async () => {
    const x = truncatedNormal([100, 100], { ...options(), std: 1, low: -1, high: 1 });
    const { bound, std } = await spread(x);
    expect(bound).toBeLessThanOrEqual(1);
    // Of a normal that is cut at one standard deviation.
    expect(std).toBeCloseTo(0.5396, 2);
    expect(() => truncatedNormal([4], { mean: 0, std: 0.01, low: 1, high: 2 })).toThrow("widen the bounds");
  });

  it.each([
    [3, 5],
    [5, 3],
    [4, 4],
    [2, 3, 2],
  ])("orthogonal has orthogonal rows or columns, [%s]", async (...shape) => {
    const q = orthogonal(shape, { ...options(), gain: 2 }).flatten(1);
    const [rows, columns] = q.shape;
    const product = rows < columns ? q.matmul(q.transpose()) : q.transpose().matmul(q);
    const n = Math.min(rows, columns);
    (await product.data()).forEach((value, i) => {
      expect(value).toBeCloseTo(i % (n + 1) === 0 ? 4 : 0, 12);
    });
  });

  it("constant is full", async () => {
    expect(await constant([2], 0.5).array()).toEqual([0.5, 0.5]);
  });

  it("fans need a matrix", () => {
    expect(() => fanInOut([3])).toThrow("two dimensions or more");
    expect(() => kaimingUniform([3])).toThrow("[fanInOut]");
    expect(() => orthogonal([3])).toThrow("two dimensions or more");
    expect(() => gain("swish" as "relu")).toThrow('"leakyRelu"');
  });
});
