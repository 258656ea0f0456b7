import { cpu } from "@nn/backend-cpu";
import { afterEach, describe, expect, it } from "vitest";
import type { Backend } from "../index.js";
import { defineOp, detectNaN, exp, log, profile, type Tensor, tensor, valueAndGrad } from "../index.js";

describe("detectNaN", () => {
  afterEach(() => detectNaN(false));

  const safeLog = defineOp({ name: "test.safeLog", infer: ([x]) => x!, composed: ([x]) => log(x!) });
  class Layer {
    forward(x: Tensor): Tensor {
      return safeLog.call([x], undefined, { owner: this });
    }
  }

  it("names the op that made the first NaN, not those that pass it on", () => {
    detectNaN(true);
    const x = tensor([-1, 1]);
    expect(() => exp(log(x))).toThrow(/\[log\] the first NaN appeared here[^]*input 0\s+f32 \[2\]/);
    expect(() => exp(tensor([Number.NaN]))).not.toThrow();
  });

  it("names the layer", () => {
    const model = { blocks: [new Layer(), new Layer()] };
    detectNaN(true, model);
    expect(() => model.blocks[1]!.forward(tensor([-1]))).toThrow(/model\.blocks\.1 \(Layer\)/);
  });

  it("looks at the backward pass too", () => {
    detectNaN(true);
    const x = tensor([0]);
    // sqrt has an infinite slope at 0, and 0 · inf is no number.
    expect(() => valueAndGrad(x, () => x.sqrt().mul(0).sum())).toThrow(/the first NaN/);
  });

  it("reports at the next read where the backend cannot read at once", async () => {
    const { readSync: _, ...rest } = cpu();
    const asynchronous: Backend = { ...rest, capabilities: { ...rest.capabilities, readSync: false } };
    detectNaN(true);
    const y = log(tensor([-1], { backend: asynchronous }));
    await expect(y.data()).rejects.toThrow(/\[log\] the first NaN/);
  });
});

describe("profile", () => {
  it("counts calls, kernels and bytes", () => {
    const x = tensor([1, 2, 3, 4]);
    const { ops, result } = profile(() =>
      x
        .reshape([2, 2])
        .matmul(x.reshape([2, 2]))
        .sum(),
    );
    expect(result.shape).toEqual([]);
    expect(ops.find((entry) => entry.op === "matmul")).toMatchObject({ ran: "matmul", calls: 1, bytes: 16 });
    expect(ops.find((entry) => entry.op === "reshape")).toMatchObject({ ran: "view", bytes: 0 });
  });
});
