import { type Backend, extend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import { DataLoader, TensorDataset } from "@nn/data";
import { crossEntropy, Dropout, Linear, Sequential } from "@nn/layers";
import { Adam } from "@nn/optim";
import { Generator, manualSeed, moveTo, parameters, relu, type Tensor, valueAndGrad, withBackend } from "@nn/tensor";
import { expectClose } from "@nn/testing";
import { accuracy, evaluateModel, fit, type TrainingState } from "@nn/train";
import { describe, expect, it } from "vitest";

type Batch = { x: Tensor; y: Tensor };

const values = Float32Array.from(new Generator(5).bits(128), (word) => word / 2 ** 31 - 1);
const dataset = new TensorDataset({
  x: { data: values, shape: [64, 2] },
  y: Int32Array.from({ length: 64 }, (_, i) => (values[2 * i]! > values[2 * i + 1]! ? 1 : 0)),
});
const loaderOn = (backend: Backend) => new DataLoader(dataset, { batchSize: 12, shuffle: true, seed: 1, backend });

function modelOn(backend: Backend): Sequential {
  manualSeed(3);
  return withBackend(backend, () => new Sequential(new Linear(2, 16), relu, new Dropout(0.1), new Linear(16, 2)));
}

function loss(model: Sequential, { x, y }: Batch) {
  const logits = model.forward(x);
  return { loss: crossEntropy(logits, y), logits };
}

const weightsOf = async (model: object) => Promise.all(parameters(model).map((parameter) => parameter.data()));

/** A backend that cannot read at once, and whose reads take a while, as those of a GPU do. */
function slow(host: Backend): Backend {
  const { readSync: _, ...rest } = extend(host, {});
  return {
    ...rest,
    async read(handle, range) {
      const data = await host.read(handle, range);
      await new Promise((resolve) => setTimeout(resolve, 3));
      return data;
    },
  };
}

const backends: Record<string, () => Backend> = { "cpu()": cpu, "fusedCpu()": fusedCpu };

describe.each(Object.entries(backends))("fit on %s", (_, make) => {
  it("moves the weights as a bare loop does, bit for bit", async () => {
    const backend = make();
    const bare = modelOn(backend);
    const bareOptimizer = new Adam(bare, { lr: 0.02 });
    const loader = loaderOn(backend);
    for (let epoch = 0; epoch < 3; epoch++) {
      for (const batch of loader) bareOptimizer.step(valueAndGrad(bare, () => loss(bare, batch)).grads);
    }
    const model = modelOn(backend);
    const metrics = { accuracy: accuracy() };
    await fit(model, { data: loaderOn(backend), loss, optimizer: new Adam(model, { lr: 0.02 }), epochs: 3, metrics });
    expect(await weightsOf(model)).toEqual(await weightsOf(bare));
  });

  it("holds no more bytes after many epochs than after a few", async () => {
    const backend = make();
    const model = modelOn(backend);
    const data = loaderOn(backend);
    const optimizer = new Adam(model);
    const train = async (epochs: number) => {
      await fit(model, { data, loss, optimizer, epochs, metrics: { accuracy: accuracy() }, validation: { data } });
      return backend.memory().liveBytes;
    };
    const before = await train(3);
    // Constants of Adam's composed step, 4 bytes each, wait for the collector.
    expect(await train(30)).toBeLessThan(before + 4 * 30 * 6 * 4);
  });
});

describe("fit on a backend that reads late", () => {
  it("tells of every batch in order, and gets the same history", async () => {
    const run = async (backend: Backend) => {
      const model = modelOn(backend);
      const steps: number[] = [];
      const { history } = await fit(model, {
        data: loaderOn(backend),
        loss,
        optimizer: new Adam(model),
        epochs: 4,
        metrics: { accuracy: accuracy() },
        callbacks: [{ onBatchEnd: ({ step }) => void steps.push(step) }],
      });
      expect(steps).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
      return history.map(({ train }) => train);
    };
    expect(await run(slow(cpu()))).toEqual(await run(cpu()));
  });

  it("does not wait for each step", async () => {
    const backend = slow(cpu());
    const model = modelOn(backend);
    let made = 0;
    let seen = 0;
    let most = 0;
    await fit(model, {
      data: loaderOn(backend),
      loss: (model, batch) => {
        most = Math.max(most, ++made - seen);
        return loss(model, batch);
      },
      optimizer: new Adam(model),
      epochs: 4,
      callbacks: [{ onBatchEnd: () => void seen++ }],
    });
    expect(most).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(10);
  });

  it("names the step of a loss that is NaN, though it is read later", async () => {
    const backend = slow(cpu());
    const model = modelOn(backend);
    let step = 0;
    const run = fit(model, {
      data: loaderOn(backend),
      loss: (model, batch) => (++step === 3 ? loss(model, batch).loss.mul(Number.NaN) : loss(model, batch).loss),
      optimizer: new Adam(model),
      epochs: 2,
    });
    await expect(run).rejects.toThrow(/the loss is NaN\s+epoch\s+1\s+batch\s+3\s+step\s+3/);
  });
});

describe("a half-trained model", () => {
  it("goes on on another backend, from a state or moved, along the same curve", async () => {
    const states: TrainingState[] = [];
    const train = async (backend: Backend, resume?: TrainingState) => {
      const model = modelOn(backend);
      const { history } = await fit(model, {
        data: loaderOn(backend),
        loss,
        optimizer: new Adam(model, { lr: 0.02 }),
        epochs: 4,
        checkpoint: { save: (state) => void states.push(state), everyEpochs: 2 },
        resume,
      });
      return { model, history };
    };
    const whole = await train(cpu());
    const other = fusedCpu();
    const rest = await train(other, states[0]);
    expect(rest.model.at(0)).toMatchObject({ weight: { backend: other } });
    for (const [i, { train }] of rest.history.entries())
      expect(train.loss).toBeCloseTo(whole.history[i]!.train.loss, 5);

    const before = await evaluateModel(rest.model, loaderOn(other), { loss });
    const third = cpu();
    await moveTo(rest.model, third);
    expectClose((await evaluateModel(rest.model, loaderOn(third), { loss })).loss, before.loss, { rtol: 1e-5 });
  });
});
