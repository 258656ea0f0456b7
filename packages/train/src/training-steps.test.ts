import { SGD } from "@nn/optim";
import { memory } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { accuracy, fit, type TrainingState, training } from "./index.js";
import { classifier, classifierLoss, pairLoader, weightsOf } from "./test-classifier.js";

function setup() {
  const model = classifier();
  const optimizer = new SGD(model, { lr: 0.1 });
  const metrics = { accuracy: accuracy() };
  return { model, options: { data: pairLoader(40, 10), loss: classifierLoss, optimizer, epochs: 3, metrics } };
}

describe("training", () => {
  it("gives every batch and every epoch, and trains as fit does", async () => {
    const { model, options } = setup();
    const steps = training(model, { ...options, validation: { data: pairLoader(20, 20) } });
    const seen: string[] = [];
    for await (const event of steps) {
      if (event.kind === "batch") seen.push(`batch ${event.epoch}.${event.batch}`);
      else seen.push(`epoch ${event.epoch} ${typeof event.validation?.accuracy}`);
    }
    expect(seen.slice(0, 6)).toEqual([
      "batch 1.1",
      "batch 1.2",
      "batch 1.3",
      "batch 1.4",
      "epoch 1 number",
      "batch 2.1",
    ]);
    expect(seen.length).toBe(15);

    const other = setup();
    const result = await fit(other.model, other.options);
    expect(await weightsOf(model)).toEqual(await weightsOf(other.model));
    expect(steps.result).toMatchObject({ stopped: "completed", epochs: 3, steps: 12 });
    expect(steps.result!.history.map(({ train }) => train)).toEqual(result.history.map(({ train }) => train));
  });

  it("stops where the loop is left, and saves", async () => {
    const { model, options } = setup();
    const saved: TrainingState[] = [];
    const steps = training(model, { ...options, checkpoint: { save: (state) => void saved.push(state) } });
    for await (const event of steps) if (event.kind === "batch" && event.step === 6) break;
    expect(steps.result).toMatchObject({ stopped: "aborted", steps: 6 });
    expect(saved.at(-1)!.step).toBe(6);
  });

  it("waits while the loop does something else", async () => {
    const { model, options } = setup();
    for await (const event of training(model, options)) {
      if (event.kind !== "batch") continue;
      const before = await weightsOf(model);
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect(await weightsOf(model)).toEqual(before);
    }
  });

  it("passes errors on, of both sides, and leaves nothing behind", async () => {
    const { model, options } = setup();
    for await (const _ of training(model, options));
    const before = memory().liveBuffers;
    const broken = async () => {
      for await (const _ of training(model, { ...options, data: [] })) expect.unreachable();
    };
    await expect(broken()).rejects.toThrow(/no batch/);
    const thrown = async () => {
      for await (const _ of training(model, options)) throw new Error("enough");
    };
    await expect(thrown()).rejects.toThrow("enough");
    expect(memory().liveBuffers).toBe(before);
  });
});
