import { Linear } from "@nn/layers";
import { memory, tensor, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { predictAll } from "./predict-all.js";

describe("predictAll", () => {
  it.each([1, 2, 3])("joins %i batches, and leaves nothing behind", async (batches) => {
    const model = new Linear(2, 2);
    const data = Array.from({ length: batches }, (_, i) => ({ x: tensor([[i, 1]]) }));
    const expected = (await Promise.all(data.map(({ x }) => model.forward(x).array()))).flat();
    const before = memory().liveBuffers;
    const output = await predictAll(model, data);
    expect(await output.array()).toEqual(expected);
    expect(memory().liveBuffers).toBe(before + 1);
    output.dispose();
  });

  it("refuses data without a batch", async () => {
    await expect(predictAll(new Linear(2, 2), [])).rejects.toThrow(/no batch/);
    await expect(predictAll(new Linear(2, 2), [{ input: zeros([1, 2]) }])).rejects.toThrow(/has no x/);
  });
});
