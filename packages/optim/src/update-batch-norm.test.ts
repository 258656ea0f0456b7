import { Buffer, type Tensor, tensor } from "@nn/tensor";
import { expect, test } from "vitest";
import { updateBatchNorm } from "./index.js";

class Norm {
  training = false;
  momentum: number | null = 0.1;
  readonly running_mean = new Buffer(tensor([5]));
  readonly running_var = new Buffer(tensor([5]));
  modes: boolean[] = [];
  forward(x: Tensor) {
    this.modes.push(this.training);
    expect(this.momentum).toBeNull();
    this.running_mean.assign(this.running_mean.add(x.mean(0)));
  }
}

async function* later(...batches: Tensor[]) {
  yield* batches;
}

test("starts the statistics anew, in training mode, and puts everything back", async () => {
  const norm = new Norm();
  const model = { dropout: { training: false }, norm };
  const dropped: boolean[] = [];
  const batches = later(tensor([[1]]), tensor([[2]]));
  await updateBatchNorm(model, batches, (x) => {
    dropped.push(model.dropout.training);
    norm.forward(x);
  });
  expect([...norm.running_mean.dataSync(), ...norm.running_var.dataSync()]).toEqual([3, 1]);
  expect([norm.modes, dropped]).toEqual([
    [true, true],
    [true, true],
  ]);
  expect([norm.training, norm.momentum, model.dropout.training]).toEqual([false, 0.1, false]);
});

test("without a batch the statistics stay, and an error says so", async () => {
  const norm = new Norm();
  await expect(updateBatchNorm(norm, [])).rejects.toThrow(/no batch[^]*batches of the training set/);
  expect(norm.running_mean.dataSync()[0]).toBe(5);
  expect(norm.momentum).toBe(0.1);
  const fails = () => {
    throw new Error("out of data");
  };
  await expect(updateBatchNorm(norm, [tensor([1])], fails)).rejects.toThrow("out of data");
  expect([norm.training, norm.momentum]).toEqual([false, 0.1]);
});

test("a model without such layers does not run", async () => {
  await updateBatchNorm({}, [1], () => {
    throw new Error("runs");
  });
});
