import { describe, expect, it } from "vitest";
import { checkpoint, Generator, Parameter, sin, type Tensor, tensor, valueAndGrad } from "../index.js";

describe("checkpoint", () => {
  const weight = () => new Parameter(tensor([2, 3]));

  it("gives the gradients of the plain call, those of captured parameters included", async () => {
    const x = tensor([1, 2]);
    const w = weight();
    const block = (h: Tensor) => h.mul(w).exp();
    const plain = valueAndGrad([x, w], () => block(x.mul(x)).sum());
    const checked = valueAndGrad([x, w], () => checkpoint(block, x.mul(x)).sum());
    for (const target of [x, w]) {
      expect(await checked.grads.get(target).array()).toEqual(await plain.grads.get(target).array());
    }
  });

  it("replays the random numbers of its function", async () => {
    const x = tensor([1, 1, 1, 1]);
    const generator = new Generator(3);
    const { loss, grads, after } = valueAndGrad(x, () => {
      const y = checkpoint((h) => h.mul(generator.uniform([4])), x);
      return { loss: y.sum(), after: generator.uniform([1]) };
    });
    const mask = new Generator(3).uniform([4]);
    expect(await grads.get(x).array()).toEqual(await mask.array());
    expect(await loss.item()).toBeCloseTo(await mask.sum().item(), 5);
    // The stream goes on where it was.
    const reference = new Generator(3);
    reference.uniform([4]);
    expect(await after.item()).toBe(await reference.uniform([1]).item());
  });

  it("keeps less while the forward pass runs", () => {
    const x = tensor(Array.from({ length: 1000 }, (_, i) => i / 1000));
    const deep = (h: Tensor) => {
      let y = h;
      for (let i = 0; i < 10; i++) y = sin(y);
      return y;
    };
    const heldAfter = (block: (h: Tensor) => Tensor) => {
      let live = 0;
      valueAndGrad(x, () => {
        const before = x.backend.memory().liveBytes;
        const y = block(x);
        live = x.backend.memory().liveBytes - before;
        return y.sum();
      });
      return live;
    };
    expect(heldAfter((h) => checkpoint(deep, h))).toBeLessThan(heldAfter(deep) / 5);
  });

  it("works inside a second derivative", async () => {
    const x = tensor([1, 2]);
    const inner = () => checkpoint((h) => h.mul(h).mul(h), x).sum();
    const { grads } = valueAndGrad(x, () => valueAndGrad(x, inner, { createGraph: true }).grads.get(x).sum());
    expect(await grads.get(x).array()).toEqual([6, 12]);
  });

  it("refuses to capture a computed tensor", () => {
    const x = tensor([1, 2]);
    const run = () =>
      valueAndGrad(x, () => {
        const h = x.mul(x);
        return checkpoint((y) => y.mul(h), x).sum();
      });
    expect(run).toThrow(/not among its arguments[^]*checkpoint\(\(h\)/);
  });
});
