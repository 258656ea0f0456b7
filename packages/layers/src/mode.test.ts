import { memory, relu, type Tensor, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { Dropout, evaluate, Linear, Module, predict, Sequential, train } from "./index.js";

describe("train and evaluate", () => {
  it("set the whole tree", () => {
    const inner = new Dropout(0.5);
    const model = new Sequential(new Sequential(inner), relu);
    expect(evaluate(model)).toBe(model);
    expect([model.training, inner.training]).toEqual([false, false]);
    train(model);
    expect([model.training, inner.training]).toEqual([true, true]);
  });
});

describe("predict", () => {
  it("runs in evaluation mode and restores each mode", async () => {
    const dropped = new Dropout(1);
    const frozen = new Dropout(1);
    frozen.training = false;
    const y = predict(new Sequential(dropped, frozen), tensor([1, 2]));
    expect(await y.array()).toEqual([1, 2]);
    expect([dropped.training, frozen.training]).toEqual([true, false]);
  });

  it("restores the mode after an error, and says where it happened", () => {
    const model = new Sequential(new Linear(4, 2), new Sequential(relu, new Linear(3, 1)));
    expect(() => predict(model, zeros([1, 4]))).toThrow("in        model.1.1 (Linear)");
    expect(model.training).toBe(true);
  });

  it("takes a function, also for models of several inputs", () => {
    class Pair extends Module {
      forward(a: Tensor, b: Tensor): { sum: Tensor } {
        return { sum: a.add(b) };
      }
    }
    const pair = new Pair();
    expect(predict(pair, () => pair.forward(zeros([2]), zeros([2]))).sum.shape).toEqual([2]);
    expect(predict(relu, zeros([3])).shape).toEqual([3]);
  });

  it("records nothing and leaves nothing but its result", () => {
    const model = new Sequential(new Linear(4, 8), relu, new Linear(8, 2));
    const x = zeros([3, 4]);
    predict(model, x).dispose();
    const before = memory().liveBytes;
    const y = predict(model, x);
    expect(memory().liveBytes - before).toBe(3 * 2 * 4);
    y.dispose();
    const { loss } = valueAndGrad(model, () => {
      expect(predict(model, x).tracked).toBe(false);
      return model.forward(x).sum();
    });
    loss.dispose();
  });
});
