import type { FitOptimizer } from "@nn/train";
import { describe, expect, it } from "vitest";
import { ClockedCosine } from "./schedule.js";

/** A training whose steps take so many seconds each. */
function rates(secondsAStep: number, steps: number): number[] {
  let time = 0;
  const optimizer: Pick<FitOptimizer, "lr"> = { lr: 0 };
  const schedule = new ClockedCosine(optimizer, { maxLr: 1, totalSteps: 1000, seconds: 1000, now: () => time });
  return Array.from({ length: steps }, () => {
    const { lr } = optimizer;
    time += secondsAStep;
    schedule.step();
    return lr;
  });
}

describe("ClockedCosine", () => {
  it("rises, and falls to a hundredth by the last step", () => {
    const all = rates(0.5, 1001);
    expect(all.indexOf(Math.max(...all))).toBe(30);
    expect(all[30]).toBe(1);
    expect(all.at(-1)).toBeCloseTo(0.01, 12);
  });

  it("does not look at the clock where there is time enough", () => {
    expect(rates(0.1, 1001)).toEqual(rates(0.9, 1001));
  });

  it("falls by the clock where there is not", () => {
    const all = rates(4, 251);
    expect(all.at(-1)).toBeCloseTo(0.01, 12);
    expect(all[100]).toBeCloseTo(rates(0.5, 401)[400]!, 12);
  });

  it("goes on where it was saved", () => {
    let time = 100;
    const now = () => time;
    const options = { maxLr: 1, totalSteps: 1000, seconds: 1000, now };
    const [one, two] = [{ lr: 0 }, { lr: 0 }];
    const first = new ClockedCosine(one, options);
    time = 600;
    first.step();
    const state = first.stateDict();
    time = 5000;
    const second = new ClockedCosine(two, options);
    second.loadStateDict(state);
    expect(two.lr).toBe(one.lr);
    expect(second.elapsed).toBe(500);
  });
});
