import { zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { Flatten, flatten, predict, Sequential } from "./index.js";

describe("flatten", () => {
  it("keeps the batch", () => {
    expect(new Sequential(flatten).forward(zeros([2, 3, 4])).shape).toEqual([2, 12]);
    expect(new Flatten(0, 1).forward(zeros([2, 3, 4])).shape).toEqual([6, 4]);
  });

  it("says that the batch is missing", () => {
    expect(() => predict(new Sequential(new Flatten()), zeros([3]))).toThrow(/x\.unsqueeze\(0\)/);
    expect(() => predict(new Sequential(new Flatten()), zeros([3]))).toThrow("model.0 (Flatten)");
  });
});
