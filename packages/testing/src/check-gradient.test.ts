import { defineOp, exp, tensor } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { checkGradient } from "./check-gradient.js";

/** x², whose rule forgets a factor for elements above the limit. */
const square = (limit: number) =>
  defineOp({
    name: "test.square",
    infer: ([x]) => x,
    composed: ([x]) => x.mul(x),
    vjp: ({ g, inputs: [x] }) => [g.mul(x).mul(x.less(limit).cast(x.dtype).mul(1).add(1))],
  });

describe("checkGradient", () => {
  it("accepts right gradients, shapes and several inputs", () => {
    checkGradient(
      ([x, y]) => exp(x).matmul(y).sum(),
      [
        { values: [0.1, -0.4, 0.3, 1], shape: [2, 2] },
        { values: [2, 0.5], shape: [2, 1] },
      ],
    );
  });

  it("treats an input that the result does not depend on as constant", () => {
    checkGradient(([x]) => x.sum(), [{ values: [1, 2] }, { values: [3] }]);
  });

  it("names the element that is wrong", () => {
    const op = square(1);
    expect(() =>
      checkGradient(([x]) => op.call([x], undefined).sum(), [{ values: [0.5, 3] }], { names: ["x"] }),
    ).toThrow(/input +x, \[2\]\n +at +element 1 of 2\n +expected +6\.0*\d*.*\n +got +3/);
  });

  it("finds one wrong element among many that it does not move one by one", () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i === 501 ? 3 : 0.5));
    const op = square(1);
    expect(() => checkGradient(([x]) => op.call([x], undefined).sum(), [{ values }], { maxElements: 4 })).toThrow(
      "random direction",
    );
  });

  it("leaves no memory behind", () => {
    const before = tensor(0).backend.memory().liveBuffers;
    checkGradient(([x]) => x.mul(x).sum(), [{ values: [1, 2] }]);
    expect(tensor(0).backend.memory().liveBuffers).toBeLessThanOrEqual(before + 2);
  });
});
