/// <reference types="node" />
export type { DatasetFilesOptions, DownloadProgress } from "./node/dataset-files.js";
export type { InstalledOptions } from "./node/installed-folder.js";
export type { LabelledImages, LoadImagesOptions } from "./node/labelled-images.js";
export { loadCifar10 } from "./node/load-cifar10.js";
export { loadFashionMnist } from "./node/load-fashion-mnist.js";
export { loadMnist } from "./node/load-mnist.js";
export type { Digits, LoadMnistDigitsOptions } from "./node/load-mnist-digits.js";
export { loadMnistDigits } from "./node/load-mnist-digits.js";
export type { Novel } from "./node/load-moby-dick.js";
export { loadMobyDick } from "./node/load-moby-dick.js";
export type { LabelledSentences, SentenceSource } from "./node/load-sentences.js";
export { loadSentences } from "./node/load-sentences.js";
export type { LoadUsBirthsOptions, UsBirths } from "./node/load-us-births.js";
export { loadUsBirths } from "./node/load-us-births.js";
