import type { Backend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import { DataLoader, type DataLoaderState, split, TensorDataset } from "@nn/data";
import { loadStateDict as readTensors, saveStateDict } from "@nn/io";
import { AdamW, cosineAnnealingLR, LRScheduler, type LRSchedulerState, type OptimizerStateDict } from "@nn/optim";
import { Generator, loadStateDict, Parameter, setBackend, stateDict, valueAndGrad } from "@nn/tensor";
import { afterEach, describe, expect, test } from "vitest";

/** Everything a training consists of: a linear model, its optimizer, schedule and data. */
function makeTraining(seed: number) {
  const generator = new Generator(0);
  const n = 40;
  const all = new TensorDataset({
    x: { data: generator.normal([n, 3]).dataSync(), shape: [n, 3] },
    y: { data: generator.normal([n, 1]).dataSync(), shape: [n, 1] },
  });
  const [train] = split(all, [0.75, 0.25], { seed: 1 });
  const model = { weight: new Parameter(new Generator(seed).normal([3, 1])) };
  const optimizer = new AdamW(model, { lr: 0.05 });
  const scheduler = new LRScheduler(optimizer, cosineAnnealingLR({ tMax: 20 }));
  const loader = new DataLoader(train, { batchSize: 7, shuffle: true, seed });
  return { model, optimizer, scheduler, loader };
}
type Training = ReturnType<typeof makeTraining>;

/** One epoch, or what is left of it; gives the loss of every step. */
function trainEpoch({ model, optimizer, scheduler, loader }: Training, afterStep = (_step: number) => {}): number[] {
  const losses: number[] = [];
  for (const { x, y } of loader) {
    const { loss, grads } = valueAndGrad(model, () => x.matmul(model.weight).sub(y).square().mean());
    optimizer.step(grads);
    scheduler.step();
    losses.push(loss.dataSync()[0]!);
    loss.dispose();
    afterStep(losses.length);
  }
  return losses;
}

interface Saved {
  readonly optimizer: Omit<OptimizerStateDict, "state">;
  readonly scheduler: LRSchedulerState;
  readonly loader: DataLoaderState;
}

async function save({ model, optimizer, scheduler, loader }: Training): Promise<Uint8Array> {
  const { state, ...rest } = optimizer.stateDict();
  const prefix = (name: string, tensors: object) =>
    Object.entries(tensors).map(([key, value]) => [`${name}/${key}`, value]);
  const saved: Saved = { optimizer: rest, scheduler: scheduler.stateDict(), loader: loader.state() };
  return saveStateDict(Object.fromEntries([...prefix("model", stateDict(model)), ...prefix("optimizer", state)]), {
    training: JSON.stringify(saved),
  });
}

function restore({ model, optimizer, scheduler, loader }: Training, bytes: Uint8Array): void {
  const { tensors, metadata } = readTensors(bytes);
  const under = (name: string) =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([key]) => key.startsWith(`${name}/`))
        .map(([key, value]) => [key.slice(name.length + 1), value]),
    );
  const saved = JSON.parse(metadata.training!) as Saved;
  loadStateDict(model, under("model"));
  optimizer.loadStateDict({ ...saved.optimizer, state: under("optimizer") });
  scheduler.loadStateDict(saved.scheduler);
  loader.restore(saved.loader);
}

const backends: Record<string, () => Backend> = { cpu: () => cpu(), "cpu, fused": () => fusedCpu() };

describe.each(Object.entries(backends))("on %s", (_, makeBackend) => {
  afterEach(() => setBackend(cpu()));

  test("a training that was cut off in the middle of an epoch goes on bit for bit", async () => {
    setBackend(makeBackend());
    const whole = makeTraining(5);
    const losses = [...trainEpoch(whole), ...trainEpoch(whole), ...trainEpoch(whole)];
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);

    const first = makeTraining(5);
    trainEpoch(first);
    let bytes: Promise<Uint8Array> | undefined;
    trainEpoch(first, (step) => {
      if (step === 2) bytes = save(first);
    });

    const second = makeTraining(99);
    restore(second, await bytes!);
    const rest = [...trainEpoch(second), ...trainEpoch(second)];
    expect(rest).toEqual(losses.slice(-rest.length));
    expect(rest).toHaveLength(5 - 2 + 5);
    expect([...second.model.weight.dataSync()]).toEqual([...whole.model.weight.dataSync()]);
    expect(second.optimizer.lr).toBe(whole.optimizer.lr);
  });
});
