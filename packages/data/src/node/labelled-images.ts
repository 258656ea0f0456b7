import type { DatasetFilesOptions } from "./dataset-files.js";

/** Which part of a data set is read, and from where. */
export interface LoadImagesOptions extends DatasetFilesOptions {
  /** Default "train". */
  readonly split?: "train" | "test";
}

/** Images with their labels. */
export interface LabelledImages {
  /** Pixels in 0 … 255, image by image, channels first. As bytes they take a quarter of the memory of f32. */
  readonly images: Uint8Array;
  /** The shape of `images`. */
  readonly shape: readonly [n: number, c: number, h: number, w: number];
  /** The class of each image. */
  readonly labels: Int32Array;
  /** Names of the classes. */
  readonly classes: readonly string[];
}
