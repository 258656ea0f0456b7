import type { Backend } from "@nn/backend";
import { gpu } from "@nn/backend-gpu";
import { wasm } from "@nn/backend-wasm";
import { Conv2d, MaxPool2d } from "@nn/conv";
import { crossEntropy, flatten, Linear, relu, Sequential } from "@nn/layers";
import { Adam } from "@nn/optim";
import {
  Generator,
  loadStateDict,
  manualSeed,
  type StateDict,
  stateDict,
  tensor,
  valueAndGrad,
  withBackend,
} from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { create } from "webgpu";
import { noWebGPU } from "./webgpu-device.js";

const [batch, size, classes, steps] = [8, 10, 4, 10];

/** A small CNN in training on a backend. */
function trainer(backend: Backend) {
  return withBackend(backend, () => {
    manualSeed(3);
    const model = new Sequential(
      new Conv2d(1, 4, { kernelSize: 3 }),
      relu,
      new MaxPool2d({ kernelSize: 2 }),
      flatten,
      new Linear(4 * 4 * 4, classes),
    );
    const optimizer = new Adam(model, { lr: 1e-2 });
    const pixels = Float32Array.from(new Generator(2).bits(batch * size * size), (word) => word / 2 ** 32);
    const x = tensor(pixels, { shape: [batch, 1, size, size] });
    const y = tensor(Int32Array.from({ length: batch }, (_, i) => i % classes));
    const step = (): Promise<number> => {
      const loss = withBackend(backend, () => {
        const { loss, grads } = valueAndGrad(model, () => crossEntropy(model.forward(x), y));
        optimizer.step(grads);
        return loss;
      });
      return loss.item();
    };
    return { model, optimizer, step };
  });
}

type Training = ReturnType<typeof trainer>;

/** Copies on the host of all that the next steps depend on. */
async function checkpoint({ model, optimizer }: Training) {
  const copies = async (dict: StateDict) =>
    Promise.all(Object.entries(dict).map(async ([name, x]) => [name, x.shape, await x.data()] as const));
  const { state, ...rest } = optimizer.stateDict();
  return { model: await copies(stateDict(model)), state: await copies(state), rest };
}

function restore(
  { model, optimizer }: Training,
  saved: Awaited<ReturnType<typeof checkpoint>>,
  backend: Backend,
): void {
  const tensors = (list: (typeof saved)["model"]) =>
    Object.fromEntries(list.map(([name, shape, data]) => [name, tensor(data, { shape, backend })]));
  loadStateDict(model, tensors(saved.model));
  optimizer.loadStateDict({ ...saved.rest, state: tensors(saved.state) });
}

async function run(training: Training, count: number): Promise<number[]> {
  const losses: number[] = [];
  for (let i = 0; i < count; i++) losses.push(await training.step());
  return losses;
}

// Held: dawn crashes when it is collected before its devices.
let entry: GPU | undefined;

async function ownDevice() {
  entry ??= create([]);
  const adapter = await entry.requestAdapter();
  return adapter!.requestDevice();
}

describe.skipIf(noWebGPU !== undefined)("a GPU device that is lost in mid-training", { timeout: 60_000 }, () => {
  it("is an error that says what to do, and training goes on elsewhere from the last checkpoint", async () => {
    const reference = await run(trainer(await wasm({ threads: 1 })), steps);
    expect(reference[steps - 1]).toBeLessThan(reference[0]);

    const device = await ownDevice();
    const onGpu = trainer(await gpu({ device }));
    const before = await run(onGpu, 4);
    const saved = await checkpoint(onGpu);
    const after = await run(onGpu, 2);
    device.destroy();
    await expect(run(onGpu, 1)).rejects.toThrow(/device was lost[^]*last checkpoint/);
    await expect(run(onGpu, 1)).rejects.toMatchObject({ code: "NN_BACKEND" });

    const other = await wasm({ threads: 1 });
    const onCpu = trainer(other);
    restore(onCpu, saved, other);
    const rest = await run(onCpu, steps - 4);
    for (const [losses, from] of [
      [before, 0],
      [after, 4],
      [rest, 4],
    ] as const) {
      losses.forEach((loss, i) => expect(loss).toBeCloseTo(reference[from + i], 4));
    }
  });

  it("does not stop a new backend on the GPU", async () => {
    const device = await ownDevice();
    const lost = await gpu({ device });
    device.destroy();
    await expect(lost.synchronize()).rejects.toThrow("device was lost");
    await lost.dispose();
    const fresh = await gpu({ prefer: "webgpu" });
    expect((await run(trainer(fresh), 1))[0]).toBeGreaterThan(0);
    await fresh.dispose();
  });
});
