import { SGD } from "@nn/optim";
import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { oneCycle, ScheduledOptimizer } from "./schedule.js";

describe("oneCycle", () => {
  it("rises in the first fifth, then falls to almost nothing", () => {
    const rates = Array.from({ length: 100 }, (_, step) => oneCycle(step, 100, 1));
    expect(rates.indexOf(Math.max(...rates))).toBe(19);
    expect(Math.max(...rates)).toBeCloseTo(1, 2);
    expect(rates[0]).toBeLessThan(0.1);
    expect(rates[99]).toBeCloseTo(0.001, 5);
    expect(rates.every((rate) => rate > 0)).toBe(true);
  });
});

describe("ScheduledOptimizer", () => {
  const make = () => {
    const model = { weight: new Parameter(tensor([1])) };
    const optimizer = new ScheduledOptimizer(new SGD(model, { lr: 1, momentum: 0.9 }), (step) => 0.1 * (step + 1));
    const step = () => optimizer.step(valueAndGrad(model, () => model.weight.square().sum()).grads);
    return { model, optimizer, step };
  };

  it("goes on where a state was taken", async () => {
    const whole = make();
    for (let i = 0; i < 3; i++) whole.step();
    const first = make();
    for (let i = 0; i < 2; i++) first.step();
    const second = make();
    second.optimizer.loadStateDict(first.optimizer.stateDict());
    second.model.weight.assign(first.model.weight);
    second.step();
    expect(second.optimizer.lr).toBeCloseTo(0.3);
    expect(await second.model.weight.array()).toEqual(await whole.model.weight.array());
  });
});
