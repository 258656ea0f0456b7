import { freeze, memory, relu, type Tensor, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { BatchNorm1d, Dropout, flatten, Linear, Module, Sequential, summary } from "./index.js";

class Net extends Module {
  readonly body = new Sequential(flatten, new Linear(1200, 4), new BatchNorm1d(4), relu);
  readonly head = new Linear(4, 2);
  readonly unused = new Dropout(0.5);
  forward(x: Tensor): { logits: Tensor } {
    return { logits: this.head.forward(this.body.forward(x)) };
  }
}

describe("summary", () => {
  const model = new Net();
  freeze(model.head);

  it("lists layers with what they gave and hold", () => {
    const table = summary(model, [5, 3, 20, 20]);
    expect(table.rows.map((row) => [row.path, row.type, row.outputShape, row.parameters])).toEqual([
      ["body.0", "flatten", [5, 1200], 0],
      ["body.1", "Linear", [5, 4], 4804],
      ["body.2", "BatchNorm1d", [5, 4], 8],
      ["body.3", "relu", [5, 4], 0],
      ["head", "Linear", [5, 2], 10],
      ["unused", "Dropout", undefined, 0],
    ]);
    expect(table).toMatchObject({ parameters: 4822, trainable: 4812, buffers: 9, parameterBytes: 19288 });
  });

  it("prints an aligned table", () => {
    expect(String(summary(model, [5, 3, 20, 20]))).toBe(
      [
        "layer   type         output      parameters",
        "───────────────────────────────────────────",
        "body.0  flatten      [5, 1200]            0",
        "body.1  Linear       [5, 4]           4,804",
        "body.2  BatchNorm1d  [5, 4]               8",
        "body.3  relu         [5, 4]               0",
        "head    Linear       [5, 2]              10",
        "unused  Dropout      not called           0",
        "───────────────────────────────────────────",
        "parameters  4,822 (4,812 trainable), 18.8 KiB",
        "buffers     9",
      ].join("\n"),
    );
  });

  it("leaves the model and the memory as they were", async () => {
    const x = zeros([5, 3, 20, 20]);
    const before = memory().liveBytes;
    summary(model, x);
    expect(memory().liveBytes).toBe(before);
    expect(Object.keys(model.head)).not.toContain("forward");
    expect(model.training).toBe(true);
    expect(await model.body.forward(x).data()).toHaveLength(20);
    expect(() => summary(model, [5, 3])).toThrow("model.body.1 (Linear)");
    expect(Object.keys(model.body)).not.toContain("forward");
  });

  it("counts shared parameters once", () => {
    const shared = new Linear(3, 3);
    expect(summary(new Sequential(shared, relu, shared), [1, 3]).parameters).toBe(12);
  });

  it("takes a single layer", () => {
    expect(summary(new Linear(2, 1), [1, 2]).rows).toEqual([
      { path: "", type: "Linear", outputShape: [1, 1], parameters: 3 },
    ]);
  });
});
