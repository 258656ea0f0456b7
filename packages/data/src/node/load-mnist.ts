import { gunzipSync } from "node:zlib";
import { DataError } from "@nn/tensor";
import { readIdx } from "../read-idx.js";
import { type DatasetFilesOptions, type DatasetHome, readDatasetFile } from "./dataset-files.js";
import type { LabelledImages, LoadImagesOptions } from "./labelled-images.js";

/** The four files of MNIST and of what followed it, with the sums of their content unpacked. */
export interface IdxDataset extends DatasetHome {
  readonly classes: readonly string[];
  readonly splits: Readonly<Record<"train" | "test", IdxSplit>>;
}
interface IdxSplit {
  readonly images: string;
  readonly labels: string;
}

/** Names of the files, the same in all of them. */
const names = { train: "train", test: "t10k" } as const;

/** Gzipped or not: only the content counts, for some mirrors have packed it anew. */
export function gunzipped(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

const mnist: IdxDataset = {
  where: "loadMnist",
  folder: "mnist",
  homes: ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
  contentOf: gunzipped,
  classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  splits: {
    train: {
      images: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      labels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    test: {
      images: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      labels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  },
};

/**
 * Reads MNIST, 60,000 and 10,000 handwritten digits of 28 by 28 pixels (LeCun et al. 1998; torchvision's MNIST), from
 * the files `train-images-idx3-ubyte.gz`, … in a folder, or fetches them into the user's cache.
 *
 * @throws DataError when a file is missing, is not the published one, or cannot be fetched; it says what to put where.
 *
 * @example
 * ```ts no-run: it fetches 11 MB
 * import { DataLoader, normalize, TensorDataset } from "@nn/data";
 * import { loadMnist } from "@nn/data/node";
 *
 * const { images, shape, labels } = await loadMnist({ split: "train", download: true });
 * const train = new TensorDataset({ x: { data: images, shape }, y: labels });
 * const loader = new DataLoader(train, {
 *   batchSize: 128,
 *   shuffle: true,
 *   transform: ({ x, y }) => ({ x: normalize(x, { mean: 33.3, std: 78.6 }), y }),
 * });
 * ```
 */
export function loadMnist(options: LoadImagesOptions = {}): Promise<LabelledImages> {
  return loadIdxDataset(mnist, options);
}

/** Reads the images and labels of one split. */
export async function loadIdxDataset(dataset: IdxDataset, options: LoadImagesOptions): Promise<LabelledImages> {
  const { split = "train" } = options;
  const wanted = dataset.splits[split];
  if (wanted === undefined) throw splitError(dataset.where, split);
  const images = await read(dataset, `${names[split]}-images-idx3-ubyte`, wanted.images, options);
  const labels = await read(dataset, `${names[split]}-labels-idx1-ubyte`, wanted.labels, options);
  const [n, h, w] = images.shape as [number, number, number];
  return {
    images: images.data as Uint8Array,
    shape: [n, 1, h, w],
    labels: Int32Array.from(labels.data),
    classes: dataset.classes,
  };
}

/** The packed file, or the unpacked one beside it. */
async function read(dataset: IdxDataset, name: string, sha256: string, options: DatasetFilesOptions) {
  const packed = { name: `${name}.gz`, sha256 };
  try {
    return await readIdx(await readDatasetFile(dataset, packed, { ...options, download: false }));
  } catch (error) {
    const unpacked = await readDatasetFile(dataset, { name, sha256 }, { ...options, download: false }).catch(() => {});
    if (unpacked !== undefined) return readIdx(unpacked);
    if (options.download !== true) throw error;
    return readIdx(await readDatasetFile(dataset, packed, options));
  }
}

/** There are two parts. */
export function splitError(where: string, split: string): DataError {
  return new DataError({
    where,
    problem: "there is no such split",
    rows: [["got", JSON.stringify(split)]],
    fix: 'pass { split: "train" } or { split: "test" }',
  });
}
