// fit with a checkpoint on disk, resumed by a second model: the files, the loop and the loader as Node programs use them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataLoader, TensorDataset } from "@nn/data";
import { crossEntropy, Linear, Sequential } from "@nn/layers";
import { Adam } from "@nn/optim";
import { manualSeed, relu, stateDict, tensor } from "@nn/tensor";
import { accuracy, fit } from "@nn/train";
import { fileCheckpoint, loadCheckpoint } from "@nn/train/node";

const x = Float32Array.from({ length: 400 }, (_, i) => Math.sin(i * i));
const y = Int32Array.from({ length: 200 }, (_, i) => (x[2 * i]! > x[2 * i + 1]! ? 1 : 0));
const dataset = new TensorDataset({ x: { data: x, shape: [200, 2] }, y });

function run(epochs: number, options: object) {
  manualSeed(5);
  const model = new Sequential(new Linear(2, 16), relu, new Linear(16, 2));
  const data = new DataLoader(dataset, { batchSize: 20, shuffle: true, seed: 1 });
  const result = fit(model, {
    data,
    loss: (net, batch) => {
      const logits = net.forward(batch.x);
      return { loss: crossEntropy(logits, batch.y), logits };
    },
    optimizer: new Adam(model, { lr: 0.02 }),
    epochs,
    metrics: { accuracy: accuracy() },
    ...options,
  });
  return { model, result };
}

const folder = mkdtempSync(join(tmpdir(), "nn-consumer-train-"));
const whole = run(4, {});
await whole.result;
await run(2, { checkpoint: fileCheckpoint(folder) }).result;
const resumed = run(4, { resume: await loadCheckpoint(folder) });
const result = await resumed.result;
rmSync(folder, { recursive: true });

const expected = stateDict(whole.model);
const got = stateDict(resumed.model);
let equal = tensor([1]).size === 1 && result.epochs === 4;
for (const name of Object.keys(expected)) {
  const a = await expected[name]!.data();
  const b = await got[name]!.data();
  equal &&= a.every((value, i) => value === b[i]);
}
export default equal;
