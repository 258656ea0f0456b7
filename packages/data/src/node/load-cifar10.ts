import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DataError } from "@nn/tensor";
import { type DatasetFile, type DatasetHome, readDatasetFile, rootOf } from "./dataset-files.js";
import type { LabelledImages, LoadImagesOptions } from "./labelled-images.js";
import { splitError } from "./load-mnist.js";
import { readTar } from "./read-tar.js";

const folder = "cifar-10-batches-bin";
const pixels = 3 * 32 * 32;
const perFile = 10_000;
const batches = {
  train: ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
  test: ["test_batch.bin"],
} as const;
const classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"] as const;

/** The archive, whose bytes are checked as they are. */
export interface CifarDataset extends DatasetHome {
  readonly archive: DatasetFile;
}

const cifar10: CifarDataset = {
  where: "loadCifar10",
  folder: "cifar-10",
  homes: ["https://www.cs.toronto.edu/~kriz/"],
  contentOf: (bytes) => bytes,
  archive: {
    name: "cifar-10-binary.tar.gz",
    sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
  },
};

/**
 * Reads CIFAR-10, 50,000 and 10,000 color pictures of 32 by 32 pixels (Krizhevsky 2009; torchvision's CIFAR10), from
 * the binary version: the archive `cifar-10-binary.tar.gz` or its folder `cifar-10-batches-bin`, or fetches the archive
 * of 170 MB into the user's cache.
 *
 * @throws DataError when a file is missing, is not the published one, or cannot be fetched; it says what to put where.
 *
 * @example
 * ```ts no-run: it fetches 170 MB
 * import { loadCifar10 } from "@nn/data/node";
 *
 * const { images, shape, labels, classes } = await loadCifar10({ split: "test", download: true });
 * console.log(shape, images.length, classes[labels[0]]);
 * ```
 */
export function loadCifar10(options: LoadImagesOptions = {}): Promise<LabelledImages> {
  return loadCifarFiles(cifar10, options);
}

/** Reads one split of the unpacked folder, or of the archive. */
export async function loadCifarFiles(dataset: CifarDataset, options: LoadImagesOptions): Promise<LabelledImages> {
  const { split = "train" } = options;
  const names = batches[split];
  if (names === undefined) throw splitError(dataset.where, split);
  const files = (await fromFolder(dataset, names, options)) ?? (await fromArchive(dataset, names, options));
  const n = names.length * perFile;
  const images = new Uint8Array(n * pixels);
  const labels = new Int32Array(n);
  let at = 0;
  for (const [i, bytes] of files.entries()) {
    if (bytes.length !== perFile * (pixels + 1)) throw sizeError(dataset, names[i]!, bytes.length);
    for (let start = 0; start < bytes.length; start += pixels + 1, at++) {
      const label = bytes[start]!;
      if (label >= classes.length) throw labelError(dataset, names[i]!, start, label);
      labels[at] = label;
      images.set(bytes.subarray(start + 1, start + 1 + pixels), at * pixels);
    }
  }
  return { images, shape: [n, 3, 32, 32], labels, classes };
}

async function fromFolder(
  dataset: CifarDataset,
  names: readonly string[],
  options: LoadImagesOptions,
): Promise<Uint8Array[] | undefined> {
  for (const path of [join(rootOf(dataset, options), folder), rootOf(dataset, options)]) {
    const files = await Promise.all(names.map((name) => readFile(join(path, name)))).catch(() => undefined);
    if (files !== undefined) return files;
  }
  return undefined;
}

async function fromArchive(
  dataset: CifarDataset,
  names: readonly string[],
  options: LoadImagesOptions,
): Promise<Uint8Array[]> {
  const archive = await readDatasetFile(dataset, dataset.archive, options);
  const files = readTar(gunzipSync(archive));
  return names.map((name) => files.get(`${folder}/${name}`) ?? new Uint8Array(0));
}

function sizeError(dataset: CifarDataset, name: string, size: number): DataError {
  return fileError(dataset, name, `${perFile * (pixels + 1)} bytes`, String(size));
}

function labelError(dataset: CifarDataset, name: string, at: number, label: number): DataError {
  return fileError(dataset, name, `a class from 0 to 9 at byte ${at}`, String(label));
}

function fileError({ where, homes, archive }: CifarDataset, name: string, expected: string, got: string): DataError {
  return new DataError({
    where,
    problem: "a file is not one of the binary version",
    rows: [
      ["file", name],
      ["expected", expected, `got ${got}`],
    ],
    fix: `unpack ${homes[0]}${archive.name} again`,
  });
}
