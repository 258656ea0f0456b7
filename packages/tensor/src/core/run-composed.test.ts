import { expect, it } from "vitest";
import { defineOp, mul, tensor, valueAndGrad } from "../index.js";

it("an op without a rule of its own may hand an input through: its gradient goes on", async () => {
  const op = defineOp({
    name: "test.through",
    infer: ([x]) => [x, x],
    composed: ([x]) => [x, mul(x, 2)],
  });
  const x = tensor([1, 2]);
  const { grads } = valueAndGrad(x, () => {
    const [same, twice] = op.callAll([x], undefined);
    return mul(same, twice).sum();
  });
  // d(2x²)/dx
  expect(await grads.get(x).array()).toEqual([4, 8]);
});
