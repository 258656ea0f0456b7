import { avgPool2d } from "@nn/conv";
import { loadMnistDigits } from "@nn/data/node";
import { Generator, scope, tensor } from "@nn/tensor";
import { type Batch, batchSize } from "./tour.js";

/** Genuine digits, shrunk to 14 × 14, in an order that a seed decides: all batches that 10,000 digits give. */
export async function loadBatches(): Promise<Batch[]> {
  const { images, labels } = await loadMnistDigits({ from: import.meta.url });
  const shrunk = scope(() => avgPool2d(tensor(images, { shape: [labels.length, 1, 28, 28] }), { kernelSize: 2 }));
  const small = await shrunk.data();
  shrunk.dispose();
  const order = new Generator(4).shuffled(labels.length);
  const batches: Batch[] = [];
  for (let at = 0; at + batchSize <= order.length; at += batchSize) {
    const rows = Array.from(order.subarray(at, at + batchSize));
    batches.push({
      images: rows.flatMap((row) => Array.from(small.subarray(row * 196, (row + 1) * 196))),
      labels: rows.map((row) => labels[row]),
    });
  }
  return batches;
}
