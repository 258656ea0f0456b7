import { tensor, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { Identity, LogSoftmax, Sequential, Softmax, Unflatten, unflatten } from "./index.js";

describe("unflatten", () => {
  it("splits an axis, counted from either end", () => {
    expect(unflatten(zeros([2, 12]), 1, [3, 4]).shape).toEqual([2, 3, 4]);
    expect(unflatten(zeros([12, 2]), -2, [2, -1, 3]).shape).toEqual([2, 2, 3, 2]);
    expect(unflatten(zeros([2, 0]), 1, [3, 0]).shape).toEqual([2, 3, 0]);
  });

  it("refuses sizes that do not fit", () => {
    for (const sizes of [[5, 2], [-1, 5], [-1, -1], [], [0, -1]]) {
      expect(() => unflatten(zeros([2, 12]), 1, sizes)).toThrow("a product of 12, the size of axis 1");
    }
    expect(() => new Unflatten(3, [1]).forward(zeros([2]))).toThrow("the axis does not exist");
  });
});

it("Identity, Softmax and LogSoftmax are layers", async () => {
  const model = new Sequential(new Identity(), new LogSoftmax(0), new Softmax());
  expect(String(model)).toContain("(1): LogSoftmax(axis=0)\n  (2): Softmax(axis=-1)");
  expect(await model.forward(tensor([[0, 0]])).array()).toEqual([[0.5, 0.5]]);
});
