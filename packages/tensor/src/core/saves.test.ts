import { describe, expect, it } from "vitest";
import { defineOp, exp, memory, mul, square, sum, tensor, valueAndGrad } from "../index.js";

describe("saves.outputs", () => {
  it("keeps the outputs that it names, and no others", async () => {
    let live = 0;
    // y = x², e = exp(x); the rule reads e alone.
    const pair = defineOp({
      name: "test.pair",
      infer: ([x]) => [x, x],
      composed: ([x]) => [square(x), exp(x)],
      saves: { inputs: [], outputs: [1] },
      vjp: ({ outputs: [y, e], grads }) => {
        expect([y.disposed, e.disposed]).toEqual([true, false]);
        live = memory().liveBytes;
        return [mul(e, grads[1]!)];
      },
    });
    const x = tensor(new Float64Array(1000));
    const before = memory().liveBytes;
    const { grads } = valueAndGrad(x, () => sum(pair.callAll([x], undefined)[1]));
    expect((await grads.get(x).data()).every((value) => value === 1)).toBe(true);
    // e, and the zeros that stand for the gradient of y; not y itself.
    expect(live - before).toBeLessThan(3 * 8000);
  });
});
