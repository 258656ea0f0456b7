import { describe, expect, it } from "vitest";
import { memory, noGrad, type Tensor, tensor, valueAndGrad } from "../index.js";

const square = (x: Tensor) => x.mul(x);

describe("valueAndGrad", () => {
  it("gives the loss, the gradient, and the rest detached", async () => {
    const x = tensor([1, 2, 3]);
    const { loss, grads, logits } = valueAndGrad(x, () => {
      const logits = square(x);
      return { loss: logits.sum(), logits };
    });
    expect(await loss.item()).toBe(14);
    expect(await grads.get(x).array()).toEqual([2, 4, 6]);
    expect(logits.tracked).toBe(false);
    expect(x.tracked).toBe(false);
  });

  it("sums the gradient of a broadcast operand", async () => {
    const bias = tensor([1, 2]);
    const { grads } = valueAndGrad(bias, () =>
      tensor([
        [1, 1],
        [1, 1],
        [1, 1],
      ])
        .mul(bias)
        .sum(),
    );
    expect(await grads.get(bias).array()).toEqual([3, 3]);
  });

  it("adds up gradients of a tensor that is used several times", async () => {
    const x = tensor(3);
    const { grads } = valueAndGrad(x, () => x.mul(x).add(x).add(x));
    expect(await grads.get(x).item()).toBe(8);
  });

  it("differentiates gradients with createGraph", async () => {
    const x = tensor([1, 2]);
    const cube = () => x.mul(x).mul(x).sum();
    const { grads } = valueAndGrad(x, () => valueAndGrad(x, cube, { createGraph: true }).grads.get(x).sum());
    expect(await grads.get(x).array()).toEqual([6, 12]);
  });

  it("reaches the third derivative", async () => {
    const x = tensor([1, 2]);
    const first = () =>
      valueAndGrad(x, () => x.pow(4).sum(), { createGraph: true })
        .grads.get(x)
        .sum();
    const second = () => valueAndGrad(x, first, { createGraph: true }).grads.get(x).sum();
    const { grads } = valueAndGrad(x, second);
    expect(await grads.get(x).array()).toEqual([24, 48]);
  });

  it("detaches an inner result without createGraph", async () => {
    const x = tensor(2);
    const { grads } = valueAndGrad(x, () =>
      valueAndGrad(x, () => square(x))
        .grads.get(x)
        .mul(x),
    );
    // The inner gradient 2x = 4 is a constant here.
    expect(await grads.get(x).item()).toBe(4);
  });

  it("takes the gradient by a computed tensor of an enclosing recording", async () => {
    const x = tensor(3);
    const { grads } = valueAndGrad(x, () => {
      const h = square(x);
      return valueAndGrad(h, () => square(h), { createGraph: true }).grads.get(h);
    });
    // d(2 x²)/dx
    expect(await grads.get(x).item()).toBe(12);
  });

  it("leaves no memory behind but the results", () => {
    const x = tensor([1, 2, 3]);
    const step = () => {
      const { loss, grads } = valueAndGrad(x, () => square(x).exp().sum());
      loss.dispose();
      grads.dispose();
    };
    step();
    const before = memory();
    for (let i = 0; i < 10; i++) step();
    expect(memory().liveBuffers).toBe(before.liveBuffers);
  });

  it("leaves no memory behind when the function throws", () => {
    const x = tensor([1, 2, 3]);
    const step = () => {
      expect(() => valueAndGrad(x, () => square(x).add(tensor([1, 2])))).toThrow(/do not broadcast/);
    };
    step();
    const before = memory().liveBuffers;
    step();
    expect(memory().liveBuffers).toBe(before);
    expect(x.tracked).toBe(false);
  });

  it("never gives a silent zero", () => {
    const x = tensor(1);
    const y = tensor(2);
    const { grads } = valueAndGrad([x, y], () => square(x));
    expect(grads.has(y)).toBe(false);
    expect(() => grads.get(y)).toThrow(/the loss does not depend on this tensor/);
    expect(() => grads.get(tensor(5))).toThrow(/was not a target/);
  });

  it("says what is wrong with a loss or a target", () => {
    const x = tensor([1, 2]);
    expect(() => valueAndGrad(x, () => square(x))).toThrow(/loss must be one f32 or f64 number[^]*mean\(\) or sum\(\)/);
    expect(() => valueAndGrad({}, () => x.sum())).toThrow(/no parameter to differentiate by/);
    expect(() => valueAndGrad(tensor([1], { dtype: "i32" }), () => x.sum())).toThrow(/only through f32 and f64/);
    // @ts-expect-error: a promise is no loss.
    expect(() => valueAndGrad(x, async () => x.sum())).toThrow(/returned a promise/);
  });
});

describe("noGrad", () => {
  it("records nothing", async () => {
    const x = tensor(3);
    const { grads } = valueAndGrad(x, () => x.mul(noGrad(() => square(x))));
    expect(await grads.get(x).item()).toBe(9);
  });
});
