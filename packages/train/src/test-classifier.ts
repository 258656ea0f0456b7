import { DataLoader, TensorDataset } from "@nn/data";
import { crossEntropy, Dropout, Linear, Sequential } from "@nn/layers";
import { Generator, manualSeed, parameters, relu, type Tensor, type Tree } from "@nn/tensor";

export type Batch = { x: Tensor; y: Tensor };

/** Pairs of numbers, and whether the first is the larger one. */
export function pairs(count: number): TensorDataset<"x" | "y"> {
  const values = new Generator(5).bits(2 * count);
  const x = Float32Array.from(values, (word) => word / 2 ** 31 - 1);
  const y = Int32Array.from({ length: count }, (_, i) => (x[2 * i]! > x[2 * i + 1]! ? 1 : 0));
  return new TensorDataset({ x: { data: x, shape: [count, 2] }, y });
}

export function pairLoader(count: number, batchSize: number) {
  return new DataLoader(pairs(count), { batchSize, shuffle: true, seed: 1 });
}

/** A small network, the same in every call. */
export function classifier(dropout = 0): Sequential {
  manualSeed(3);
  return new Sequential(new Linear(2, 8), relu, new Dropout(dropout), new Linear(8, 2));
}

export function classifierLoss(model: Sequential, { x, y }: Batch): { loss: Tensor; logits: Tensor } {
  const logits = model.forward(x);
  return { loss: crossEntropy(logits, y), logits };
}

/** All weights in a row. */
export async function weightsOf(model: Tree): Promise<number[]> {
  const data = await Promise.all(parameters(model).map((parameter) => parameter.data()));
  return data.flatMap((values) => [...values]);
}
