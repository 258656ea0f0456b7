import { Adam, LRScheduler, stepLR } from "@nn/optim";
import { type Generator, manualSeed, namedGenerators, tensor } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { accuracy, confusionMatrix, fit, restoreTrainingState, type TrainingState, trainingState } from "./index.js";
import { classifier, classifierLoss, pairLoader, weightsOf } from "./test-classifier.js";

interface Run {
  readonly epochs?: number;
  readonly resume?: TrainingState;
  readonly accumulate?: number;
  readonly patience?: number;
  readonly stopAt?: number;
  readonly save?: (state: TrainingState) => void;
}

/** A run of everything that has a state: shuffling, dropout, Adam, a schedule, early stopping, metrics. */
async function run({ accumulate, epochs = 3, patience = 2, resume, save = () => {}, stopAt }: Run) {
  const model = classifier(0.3);
  const optimizer = new Adam(model, { lr: 0.1 });
  const result = await fit(model, {
    data: pairLoader(28, 8),
    loss: classifierLoss,
    optimizer,
    epochs,
    schedule: { scheduler: new LRScheduler(optimizer, stepLR({ stepSize: 3, gamma: 0.7 })), every: "step" },
    validation: { data: pairLoader(20, 7) },
    metrics: { accuracy: accuracy(), confusion: confusionMatrix({ classes: 2 }) },
    earlyStopping: { monitor: "validation.accuracy", patience },
    accumulate,
    checkpoint: { save, everySteps: 1 },
    resume,
    callbacks: [{ onBatchEnd: ({ step }, run) => void (step === stopAt && run.stop()) }],
  });
  return { weights: await weightsOf(model), result, generators: streams(model) };
}

const streams = (model: object) =>
  [...namedGenerators(model).values()].map((generator: Generator) => generator.state());

/** A history without what a clock measured. */
const untimed = ({ result }: Awaited<ReturnType<typeof run>>) =>
  result.history.map((record) => ({ ...record, seconds: 0, samplesPerSecond: 0 }));

/** Saved and read again, as a file would do it. */
const throughJson = (state: TrainingState): TrainingState => ({
  ...state,
  values: JSON.parse(JSON.stringify(state.values)),
});

describe("a resumed run", () => {
  it.each([1, 3])("ends as one that was never stopped, from every step (%i batches a step)", async (accumulate) => {
    const states: TrainingState[] = [];
    const whole = await run({ accumulate, save: (state) => void states.push(throughJson(state)) });
    expect(states).toHaveLength(accumulate === 1 ? 12 : 6);
    for (const resume of states) {
      const rest = await run({ accumulate, resume });
      expect(rest.weights).toEqual(whole.weights);
      expect(rest.generators).toEqual(whole.generators);
      expect(untimed(rest)).toEqual(untimed(whole));
      expect(rest.result.best).toEqual(whole.result.best);
      expect(rest.result.steps).toBe(whole.result.steps);
    }
  });

  it("goes on counting for early stopping", async () => {
    const states: TrainingState[] = [];
    const whole = await run({ epochs: 30, save: (state) => void states.push(throughJson(state)) });
    expect(whole.result.stopped).toBe("early");
    for (const resume of states.slice(-6)) {
      const rest = await run({ epochs: 30, resume });
      expect(rest.result).toMatchObject({ stopped: "early", epochs: whole.result.epochs, best: whole.result.best });
      expect(rest.weights).toEqual(whole.weights);
    }
  });

  it("goes on where an abort saved, in the middle of an epoch or at its last batch", async () => {
    const whole = await run({});
    for (const stopAt of [1, 4, 6]) {
      let last: TrainingState | undefined;
      const save = (state: TrainingState) => {
        last = throughJson(state);
      };
      const part = await run({ stopAt, save });
      expect(part.result).toMatchObject({ stopped: "aborted", steps: stopAt });
      const rest = await run({ resume: last });
      expect(rest.weights).toEqual(whole.weights);
      expect(untimed(rest)).toEqual(untimed(whole));
    }
  });

  it("skips what was used of data without a state", async () => {
    const seen: number[] = [];
    const train = async (resume?: TrainingState) => {
      const model = classifier();
      const states: TrainingState[] = [];
      await fit(model, {
        data: [0, 1, 2, 3],
        loss: (model, i) => {
          seen.push(i);
          return model
            .forward(tensor([[i, 1]]))
            .square()
            .mean();
        },
        optimizer: new Adam(model),
        epochs: 1,
        checkpoint: { save: (state) => void states.push(state), everySteps: 1 },
        resume,
      });
      return states;
    };
    const states = await train();
    seen.length = 0;
    await train(states[2]);
    expect(seen).toEqual([3]);
  });

  it("is refused when the state does not fit, and nothing is changed", async () => {
    let state: TrainingState | undefined;
    await run({ epochs: 1, save: (saved) => (state = saved) });
    const model = classifier();
    const other = new Adam(model);
    const before = await weightsOf(model);
    const resume = () =>
      fit(model, { data: pairLoader(28, 8), loss: classifierLoss, optimizer: other, epochs: 1, resume: state });
    await expect(resume()).rejects.toThrow(
      /does not fit this one; nothing was changed\s+accuracy\s+metric unknown here\s+confusion\s+metric unknown here\s+fix/,
    );
    const wrong = { ...state!, version: 2 } as unknown as TrainingState;
    expect(() => restoreTrainingState(wrong, { model, optimizer: other })).toThrow(
      /expected\s+version 1\s+got\s+version 2/,
    );
    expect(await weightsOf(model)).toEqual(before);
  });
});

describe("trainingState", () => {
  it("keeps own counters, odd numbers and typed arrays", async () => {
    const model = classifier();
    const optimizer = new Adam(model);
    const extra = { best: -Infinity, zero: -0, none: Number.NaN, order: Int32Array.of(3, 1), list: [true, null, "x"] };
    const state = throughJson(await trainingState({ model, optimizer, extra }));
    const restored = restoreTrainingState(state, { model, optimizer });
    expect(restored).toEqual(extra);
    expect(Object.is((restored as typeof extra).zero, -0)).toBe(true);
  });

  it("restores the default generator", async () => {
    const model = classifier();
    const optimizer = new Adam(model);
    const state = await trainingState({ model, optimizer });
    manualSeed(99);
    restoreTrainingState(state, { model, optimizer });
    expect((await trainingState({ model, optimizer })).values).toEqual(state.values);
  });

  it("says what cannot be saved", async () => {
    const model = classifier();
    const parts = { model, optimizer: new Adam(model), extra: { when: new Date() } };
    await expect(trainingState(parts)).rejects.toThrow(/cannot be saved\s+at\s+extra\.when[^]*got\s+Date/);
  });
});
