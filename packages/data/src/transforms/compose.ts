import type { Generator } from "@nn/tensor";

/** A step of `compose`: those that draw no random numbers ignore the generator. */
export type Transform<A, B = A> = (value: A, generator: Generator) => B;

/**
 * Runs transforms one after another (torchvision's Compose). Each has a stream of its own, so that what one draws does
 * not hang on how much another one draws.
 *
 * @example
 * ```ts
 * import { centerCrop, compose, type ImageArray, mapDataset, normalize, randomHorizontalFlip, TensorDataset } from "@nn/data";
 *
 * const augment = compose<ImageArray>([
 *   (image) => centerCrop(image, 2),
 *   (image, generator) => randomHorizontalFlip(image, {}, generator),
 *   (image) => normalize(image, { mean: 0.5, std: 0.5 }),
 * ]);
 * const images = new TensorDataset({ x: { data: new Float32Array(5 * 16).fill(1), shape: [5, 1, 4, 4] } });
 * const augmented = mapDataset(images, ({ x }, _, { generator }) => ({ x: augment(x as ImageArray, generator) }));
 * (await augmented.get(0)).x.shape; // => [1, 2, 2]
 * ```
 */
export function compose<T>(transforms: readonly Transform<T>[]): Transform<T> {
  return (value, generator) =>
    transforms.reduce((current, transform, i) => transform(current, generator.split(i)), value);
}
