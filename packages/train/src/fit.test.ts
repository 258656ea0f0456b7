import { Linear, mseLoss, Sequential } from "@nn/layers";
import { Adam, LRScheduler, ReduceLROnPlateau, SGD, stepLR } from "@nn/optim";
import { memory, relu, type Tensor, tensor, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { accuracy, type BatchEvent, type Callback, fit } from "./index.js";
import { classifier, classifierLoss, pairLoader, weightsOf } from "./test-classifier.js";

const line = () => ({ model: new Linear(1, 1), batch: { x: tensor([[1], [2]]), y: tensor([[2], [4]]) } });
const squared = (model: Linear, { x, y }: { x: Tensor; y: Tensor }) => mseLoss(model.forward(x), y);

describe("fit", () => {
  it("learns, and keeps a record an epoch", async () => {
    const model = classifier();
    const result = await fit(model, {
      data: pairLoader(100, 16),
      loss: classifierLoss,
      optimizer: new Adam(model, { lr: 0.05 }),
      epochs: 12,
      validation: { data: pairLoader(64, 64) },
      metrics: { accuracy: accuracy() },
    });
    expect(result).toMatchObject({ stopped: "completed", epochs: 12, steps: 12 * 7 });
    expect(result.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const last = result.history.at(-1)!;
    expect(last).toMatchObject({ step: 84, samples: 100, lr: 0.05 });
    expect(last.train.accuracy).toBeGreaterThan(0.9);
    expect(last.validation!.accuracy).toBeGreaterThan(0.9);
    expect(last.validation!.loss).toBeLessThan(result.history[0]!.validation!.loss);
    expect(result.samplesPerSecond).toBeGreaterThan(0);
  });

  it("weighs the loss of each batch by its samples", async () => {
    const model = new Linear(1, 1, { bias: false });
    const batch = (values: number[]) => ({ x: tensor(values.map(() => [0])), y: tensor(values.map((y) => [y])) });
    const optimizer = new SGD(model, { lr: 0.1 });
    const { history } = await fit(model, { data: [batch([1, 2, 3]), batch([4])], loss: squared, optimizer, epochs: 1 });
    expect(history[0]!.train.loss).toBeCloseTo((1 + 4 + 9 + 16) / 4, 6);
  });

  it("trains in training mode, validates in evaluation mode, and restores the modes", async () => {
    const model = classifier(0.5);
    const dropout = model.at(2) as unknown as { training: boolean };
    dropout.training = false;
    const modes: string[] = [];
    const loss: typeof classifierLoss = (model, batch) => {
      modes.push(String(dropout.training));
      return classifierLoss(model, batch);
    };
    const optimizer = new SGD(model, { lr: 0.1 });
    const data = pairLoader(8, 8);
    await fit(model, { data, loss, optimizer, epochs: 2, validation: { data: pairLoader(8, 8) } });
    expect(modes).toEqual(["true", "false", "true", "false"]);
    expect(dropout.training).toBe(false);
    expect(model.training).toBe(true);
  });

  it("gives the event loop a turn at least every 50 ms", async () => {
    const model = classifier();
    const turns: number[] = [];
    const timer = setInterval(() => turns.push(performance.now()), 1);
    const busy: typeof classifierLoss = (model, batch) => {
      for (const start = performance.now(); performance.now() - start < 5; );
      return classifierLoss(model, batch);
    };
    const optimizer = new SGD(model, { lr: 0.1 });
    const started = performance.now();
    await fit(model, { data: pairLoader(60, 1), loss: busy, optimizer, epochs: 1 });
    clearInterval(timer);
    const gaps = [started, ...turns, performance.now()].map((turn, i, all) => turn - (all[i - 1] ?? turn));
    expect(turns.length).toBeGreaterThan(4);
    // Other programs may hold the machine up for a moment; most turns must be in time.
    expect(gaps.filter((gap) => gap > 50).length).toBeLessThan(gaps.length / 4);
  });

  it("holds no more memory after 1000 steps than after 100", async () => {
    const model = classifier(0.1);
    const optimizer = new SGD(model, { lr: 0.01, momentum: 0.9 });
    const options = { data: pairLoader(50, 10), loss: classifierLoss, optimizer, metrics: { accuracy: accuracy() } };
    const after = async (epochs: number) => {
      await fit(model, { ...options, epochs, validation: { data: options.data, everyEpochs: 10 }, earlyStopping: {} });
      return memory().liveBuffers;
    };
    const first = await after(20);
    expect(await after(200)).toBe(first);
  });

  it("averages gradients over accumulated batches, a last group that is not full too", async () => {
    const whole = { x: tensor([[1], [2], [3], [4]]), y: tensor([[2], [4], [6], [9]]) };
    const rows = (start: number, end: number) => ({ x: whole.x.slice(0, start, end), y: whole.y.slice(0, start, end) });
    const train = async (data: (typeof whole)[], accumulate: number) => {
      const model = classifierOfLine();
      const result = await fit(model, {
        data,
        loss: squared,
        optimizer: new SGD(model, { lr: 0.01 }),
        epochs: 2,
        accumulate,
      });
      return { weights: await weightsOf(model), steps: result.steps };
    };
    const once = await train([whole], 1);
    const twice = await train([rows(0, 2), rows(2, 4)], 2);
    expect(twice.steps).toBe(2);
    for (const [i, weight] of twice.weights.entries()) expect(weight).toBeCloseTo(once.weights[i]!, 6);
    expect((await train([rows(0, 1), rows(1, 2), rows(2, 3)], 2)).steps).toBe(4);
  });

  it("clips the gradients", async () => {
    const { model, batch } = line();
    const before = await weightsOf(model);
    await fit(model, {
      data: [batch],
      loss: squared,
      optimizer: new SGD(model, { lr: 1 }),
      epochs: 1,
      clipNorm: 0.001,
    });
    const after = await weightsOf(model);
    expect(Math.hypot(...after.map((weight, i) => weight - before[i]!))).toBeCloseTo(0.001, 5);
  });

  it("cuts the elements of the gradients", async () => {
    const { model, batch } = line();
    const before = await weightsOf(model);
    const optimizer = new SGD(model, { lr: 1 });
    await fit(model, { data: [batch], loss: squared, optimizer, epochs: 1, clipValue: 0.001 });
    const after = await weightsOf(model);
    for (const [i, weight] of after.entries()) expect(Math.abs(weight - before[i]!)).toBeCloseTo(0.001, 6);
  });

  it("steps a scheduler after every epoch, or after every step", async () => {
    const rates = async (every: "step" | "epoch") => {
      const { model, batch } = line();
      const optimizer = new SGD(model, { lr: 1e-3 });
      const scheduler = new LRScheduler(optimizer, stepLR({ stepSize: 1, gamma: 0.5 }));
      const seen: number[] = [];
      const onBatchEnd = ({ lr }: BatchEvent) => void seen.push(lr);
      const callbacks = [{ onBatchEnd }];
      await fit(model, {
        data: [batch, batch],
        loss: squared,
        optimizer,
        epochs: 2,
        schedule: { scheduler, every },
        callbacks,
      });
      return seen;
    };
    expect(await rates("epoch")).toEqual([1e-3, 1e-3, 5e-4, 5e-4]);
    expect(await rates("step")).toEqual([1e-3, 5e-4, 2.5e-4, 1.25e-4]);
  });

  it("shows a scheduler the monitored number", async () => {
    const { model, batch } = line();
    const optimizer = new SGD(model, { lr: 1e-9 });
    const schedule = new ReduceLROnPlateau(optimizer, { patience: 1, factor: 0.5, eps: 0 });
    const { history } = await fit(model, { data: [batch], loss: squared, optimizer, epochs: 4, schedule });
    expect(history.map(({ lr }) => lr)).toEqual([1e-9, 1e-9, 1e-9, 5e-10]);
  });

  it("calls back in order", async () => {
    const { model, batch } = line();
    const calls: string[] = [];
    const callback: Callback = {
      onTrainBegin: (run) => void calls.push(`train ${run.epochs}x${run.batches}`),
      onEpochBegin: (run) => void calls.push(`epoch ${run.epoch}`),
      onBatchEnd: ({ batch, step, samples }) => void calls.push(`batch ${batch} step ${step} of ${samples}`),
      onEpochEnd: ({ epoch }, run) => void calls.push(`end ${epoch} ${run.history.length}`),
      onTrainEnd: ({ stopped }) => void calls.push(stopped),
    };
    const optimizer = new SGD(model, { lr: 1e-3 });
    await fit(model, { data: [batch, batch], loss: squared, optimizer, epochs: 2, callbacks: [callback] });
    const batches = (n: number) => [`batch 1 step ${n} of 2`, `batch 2 step ${n + 1} of 2`];
    expect(calls).toEqual([
      "train 2x2",
      "epoch 1",
      ...batches(1),
      "end 1 1",
      "epoch 2",
      ...batches(3),
      "end 2 2",
      "completed",
    ]);
  });

  it("stops early and gives back the best weights", async () => {
    const { model, batch } = line();
    const optimizer = new SGD(model, { lr: 0.01 });
    const weights: number[][] = [];
    const result = await fit(model, {
      data: [batch],
      loss: squared,
      optimizer,
      epochs: 50,
      earlyStopping: { patience: 2 },
      callbacks: [
        {
          async onEpochEnd({ epoch }) {
            weights.push(await weightsOf(model));
            // From here on it gets worse.
            if (epoch === 3) optimizer.lr = 10;
          },
        },
      ],
    });
    // The loss of epoch 4 is that of the weights of epoch 3; those of epoch 4 are the first bad ones.
    expect(result).toMatchObject({ stopped: "early", epochs: 6, best: { epoch: 4 } });
    expect(await weightsOf(model)).toEqual(weights[3]);
  });

  it("stops between two steps on abort", async () => {
    const model = classifier();
    const controller = new AbortController();
    const result = await fit(model, {
      data: pairLoader(40, 4),
      loss: classifierLoss,
      optimizer: new SGD(model, { lr: 0.1 }),
      epochs: 3,
      signal: controller.signal,
      callbacks: [{ onBatchEnd: ({ step }: BatchEvent) => void (step === 13 && controller.abort()) }],
    });
    expect(result).toMatchObject({ stopped: "aborted", epochs: 1, steps: 13 });
  });
});

function classifierOfLine(): Linear {
  const model = new Linear(1, 1);
  model.weight.assign(tensor([[0.5]]));
  model.bias!.assign(tensor([0]));
  return model;
}

describe("errors of fit", () => {
  const good = () => {
    const { model, batch } = line();
    return { model, options: { data: [batch], loss: squared, optimizer: new SGD(model, { lr: 1e-3 }), epochs: 1 } };
  };
  const message = async (run: () => Promise<unknown>) => {
    try {
      await run();
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("nothing was thrown");
  };

  it("say which option is wrong, before anything is done", async () => {
    const { model, options } = good();
    const tell = (wrong: object) => message(() => fit(model, { ...options, ...wrong }));
    expect(await tell({ epochs: 0 })).toMatch(/epochs is not[^]*a positive integer\s+got\s+0/);
    expect(await tell({ data: undefined })).toMatch(/data is not[^]*got\s+undefined/);
    expect(await tell({ loss: 3 })).toMatch(/loss is not[^]*a function\s+got\s+3/);
    expect(await tell({ optimizer: {} })).toMatch(/optimizer\.step is not/);
    expect(await tell({ accumulate: 1.5 })).toMatch(/accumulate is not/);
    expect(await tell({ clipNorm: -1 })).toMatch(/clipNorm is not[^]*a positive number/);
    expect(await tell({ checkpoint: {} })).toMatch(/checkpoint\.save is not/);
    expect(await tell({ checkpoint: { save() {}, everySteps: 0 } })).toMatch(/checkpoint\.everySteps is not/);
    expect(await tell({ validation: {} })).toMatch(/validation\.data is not/);
    expect(await tell({ schedule: {} })).toMatch(/schedule is not/);
    expect(await tell({ earlyStopping: { patience: 0 } })).toMatch(/earlyStopping\.patience is not/);
    expect(await tell({ earlyStopping: { minDelta: -1 } })).toMatch(/earlyStopping\.minDelta is not/);
  });

  it("list the numbers that can be monitored", async () => {
    const { model, options } = good();
    const metrics = { accuracy: accuracy() };
    const earlyStopping = { monitor: "validation.accuracy" } as const;
    expect(await message(() => fit(model, { ...options, metrics, earlyStopping }))).toMatch(
      /expected\s+train\.loss, train\.accuracy\s+got\s+validation\.accuracy\s+fix\s+pass validation/,
    );
  });

  it("name epoch and step of a loss that is NaN, and leave the weights alone", async () => {
    const { model, options } = good();
    const { batch } = line();
    const before = await weightsOf(model);
    const broken = { x: batch.x.mul(Number.NaN), y: batch.y };
    let steps = 0;
    const callbacks = [{ onBatchEnd: () => void steps++, onError: () => void (steps += 100) }];
    const run = (data: (typeof batch)[], allowNonFinite = false) =>
      fit(model, { ...options, data, allowNonFinite, callbacks });
    expect(await message(() => run([broken]))).toMatch(/the loss is NaN\s+epoch\s+1\s+batch\s+1\s+step\s+1/);
    expect(await weightsOf(model)).toEqual(before);
    expect(await message(() => run([batch, broken]))).toMatch(/epoch\s+1\s+batch\s+2\s+step\s+2/);
    expect(steps).toBe(201);
    expect((await run([broken], true)).history[0]!.train.loss).toBeNaN();
  });

  it("say that there is no batch", async () => {
    const { model, options } = good();
    expect(await message(() => fit(model, { ...options, data: [] }))).toMatch(/the data gave no batch\n/);
    const { batch } = line();
    function* once() {
      yield batch;
    }
    const data = once();
    expect(await message(() => fit(model, { ...options, data, epochs: 2 }))).toMatch(
      /no batch in epoch 2[^]*gone through again/,
    );
  });

  it("name the layer", async () => {
    const model = new Sequential(new Linear(1, 3), relu, new Linear(4, 1));
    const { batch } = line();
    const loss = (model: Sequential, { x, y }: typeof batch) => mseLoss(model.forward(x), y);
    const run = () => fit(model, { data: [batch], loss, optimizer: new SGD(model, { lr: 0.1 }), epochs: 1 });
    expect(await message(run)).toMatch(/in\s+model\.2 \(Linear\)/);
  });

  it("explain a loss function without a loss", async () => {
    const { model, options } = good();
    const tell = (loss: unknown) => message(() => fit(model, { ...options, loss: loss as typeof squared }));
    expect(await tell(() => undefined)).toMatch(/gave no loss[^]*got\s+undefined/);
    expect(await tell(async () => zeros([1]))).toMatch(/gave no loss[^]*got\s+a promise[^]*synchronous/);
  });
});
