import type { LabelledImages, LoadImagesOptions } from "./labelled-images.js";
import { gunzipped, type IdxDataset, loadIdxDataset } from "./load-mnist.js";

const fashionMnist: IdxDataset = {
  where: "loadFashionMnist",
  folder: "fashion-mnist",
  homes: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
  contentOf: gunzipped,
  classes: ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
  splits: {
    train: {
      images: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
      labels: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    },
    test: {
      images: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
      labels: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
  },
};

/**
 * Reads Fashion-MNIST, 60,000 and 10,000 pictures of clothes of 28 by 28 pixels (Xiao et al. 2017; MIT), from the files
 * `train-images-idx3-ubyte.gz`, … in a folder, such as that of Debian's package `dataset-fashion-mnist`, or fetches
 * them into the user's cache.
 *
 * @throws DataError when a file is missing, is not the published one, or cannot be fetched; it says what to put where.
 *
 * @example
 * ```ts no-run: it needs the files
 * import { loadFashionMnist } from "@nn/data/node";
 *
 * const { images, labels, classes } = await loadFashionMnist({ root: "/usr/share/datasets/fashion-mnist" });
 * console.log(images.length, classes[labels[0]]);
 * ```
 */
export function loadFashionMnist(options: LoadImagesOptions = {}): Promise<LabelledImages> {
  return loadIdxDataset(fashionMnist, options);
}
