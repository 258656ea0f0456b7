export type { BlobLike } from "./images/decode-image.js";
export { decodeImage } from "./images/decode-image.js";
export type { DecodeJpegOptions } from "./images/decode-jpeg.js";
export { decodeJpeg } from "./images/decode-jpeg.js";
export { decodePng } from "./images/decode-png.js";
export type { ImageOptions } from "./images/from-pixels.js";
export type { DrawableLike, ImageDataLike } from "./images/image-to-array.js";
export { imageToArray } from "./images/image-to-array.js";
