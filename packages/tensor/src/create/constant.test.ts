import { expect, it } from "vitest";
import { memory, scope, tensor, valueAndGrad } from "../index.js";

it("numbers that never come again do not pile up", () => {
  const x = tensor([1, 2]);
  const use = (from: number) => {
    for (let i = 0; i < 200; i++) scope(() => void x.mul(from + i));
  };
  use(1000);
  const before = memory().liveBuffers;
  use(2000);
  expect(memory().liveBuffers).toBe(before);
});

it("the tape keeps the numbers it needs", async () => {
  const x = tensor([1, 2]);
  const { grads } = valueAndGrad(x, () => {
    const y = x.mul(0.125);
    for (let i = 0; i < 200; i++) x.add(3000 + i);
    return y.sum();
  });
  expect(await grads.get(x).array()).toEqual([0.125, 0.125]);
});
