import { freeze, memory, Parameter, type Tensor, tensor, zeros } from "@nn/tensor";
import { describe, expect, test } from "vitest";
import { type MinimizeProgress, minimize } from "./index.js";

/** A bowl, a hundred times as steep along the last axis as along the first. */
function makeBowl(size = 4) {
  const model = {
    a: new Parameter(zeros([size])),
    b: new Parameter(zeros([2, 2])),
    unused: new Parameter(tensor([7])),
  };
  const steepness = tensor(Array.from({ length: size }, (_, i) => 1 + (99 * i) / (size - 1)));
  const bowl = () => model.a.sub(3).square().mul(steepness).sum().add(model.b.sub(1).square().sum());
  return { model, bowl };
}

describe("minimize", () => {
  test("finds the bottom and says that it did", async () => {
    const { model, bowl } = makeBowl();
    const result = await minimize(bowl, model, { toleranceGrad: 1e-3 });
    expect(result.reason).toBe("gradient");
    expect(result.gradient).toBeLessThanOrEqual(1e-3);
    expect(result.evaluations).toBeLessThan(40);
    for (const value of model.a.dataSync()) expect(value).toBeCloseTo(3, 3);
    for (const value of model.b.dataSync()) expect(value).toBeCloseTo(1, 3);
    expect(model.unused.dataSync()[0]).toBe(7);
  });

  test("the result is of the parameters as they are left", async () => {
    const { model, bowl } = makeBowl();
    const result = await minimize(bowl, model, { maxIter: 3, maxEval: 20 });
    expect(result).toMatchObject({ reason: "maxIter", iterations: 3 });
    expect((await bowl().item()) / result.loss).toBeCloseTo(1, 6);
  });

  test("stops after enough evaluations, at the bottom, and when it is told to", async () => {
    expect((await minimize(makeBowl().bowl, makeBowl().model, { maxEval: 1, toleranceGrad: 1e9 })).reason).toBe(
      "gradient",
    );
    const { model, bowl } = makeBowl();
    const seen: MinimizeProgress[] = [];
    const onIteration = (progress: MinimizeProgress) => seen.push(progress) < 2;
    expect((await minimize(bowl, model, { onIteration })).reason).toBe("callback");
    expect(seen.map(({ iterations }) => iterations)).toEqual([1, 2]);
    expect(seen[1]!.loss).toBeLessThan(seen[0]!.loss);
    expect((await minimize(bowl, model, { maxEval: 2 })).reason).toBe("maxEval");
  });

  test("leaves frozen parameters where they are", async () => {
    const { model, bowl } = makeBowl();
    freeze({ b: model.b });
    await minimize(bowl, model);
    expect([...model.b.dataSync()]).toEqual([0, 0, 0, 0]);
  });

  test("steps back from where the function is no number", async () => {
    // A first step of 1 leads to the logarithm of a negative number.
    const x = new Parameter(tensor([0.5]));
    const result = await minimize(() => x.sub(x.log().mul(0.1)).sum(), [x], { lr: 5 });
    expect(["gradient", "change", "slope"]).toContain(result.reason);
    expect(x.dataSync()[0]).toBeCloseTo(0.1, 3);
  });

  test("says when fixed steps leave the range of the function", async () => {
    const x = new Parameter(tensor([0.5]));
    const result = await minimize(() => x.sub(x.log().mul(0.1)).sum(), [x], { lr: 5, lineSearchFn: null });
    expect(result).toMatchObject({ reason: "diverged", loss: Infinity, iterations: 1 });
  });

  test("gives its memory back, also when the function throws", async () => {
    const { model, bowl } = makeBowl(4096);
    await minimize(bowl, model, { maxIter: 2 });
    const before = memory().liveBytes;
    await minimize(bowl, model, { maxIter: 8, historySize: 3, toleranceGrad: 0, toleranceChange: 0 });
    let calls = 0;
    const failing = (): Tensor => {
      if (calls++ === 3) throw new Error("spilt");
      return bowl().add(model.b.square().sum());
    };
    const values = () => [...model.a.dataSync()];
    await expect(minimize(failing, model)).rejects.toThrow("spilt");
    expect(values().every(Number.isFinite)).toBe(true);
    // A single vector would be 16384 bytes; constants of one element stay in a cache.
    expect(memory().liveBytes - before).toBeLessThan(1000);
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["a negative rate", () => minimize(makeBowl().bowl, makeBowl().model, { lr: -1 }), /lr makes no sense[^]*got -1/],
    ["no iterations", () => minimize(makeBowl().bowl, makeBowl().model, { maxIter: 0 }), /maxIter makes no sense/],
    ["no parameters", () => minimize(makeBowl().bowl, {}), /nothing to minimize by[^]*pass the model itself/],
    [
      "mixed dtypes",
      () => minimize(makeBowl().bowl, [new Parameter(zeros([1])), new Parameter(zeros([1], { dtype: "f64" }))]),
      /several dtypes[^]*f32, f64/,
    ],
    ["a loss that is no number", () => minimize(...nowhere()), /no finite number at the start/],
  ])("%s is refused", async (_, run, message) => {
    await expect(run()).rejects.toThrow(message);
  });
});

function nowhere(): [() => Tensor, Parameter[]] {
  const x = new Parameter(tensor([-1]));
  return [() => x.log().sum(), [x]];
}
