import { DataError, describe, type Generator, indexSelect, oneHot, ShapeError, type Tensor, tensor } from "@nn/tensor";
import { integer, symmetricBeta } from "../random.js";

/** A batch of images with their labels: i32 class indices, or soft labels of one number a class. */
export interface LabelledBatch {
  /** n c h w, or any batch first. */
  readonly x: Tensor;
  readonly y: Tensor;
}

/** How batches are mixed. */
export interface MixupOptions {
  /** Needed for class indices: the width of the soft labels. */
  readonly numClasses?: number;
  /** The mixture is drawn from the beta distribution of (alpha, alpha); 1 is uniform. Default 1. */
  readonly alpha?: number;
}

/**
 * Mixes each image of a batch with another one, and the labels in the same proportion (Zhang et al. 2017; torchvision's
 * MixUp). For the `transform` of a loader; `crossEntropy` takes the soft labels.
 *
 * @throws DataError when alpha or numClasses makes no sense; ShapeError when the labels do not fit.
 *
 * @example
 * ```ts
 * import { mixup } from "@nn/data";
 * import { Generator, tensor } from "@nn/tensor";
 *
 * const x = tensor([[0, 0], [1, 1]]);
 * const mixed = mixup({ x, y: tensor([0, 1], { dtype: "i32" }) }, { numClasses: 2 }, new Generator(0));
 * mixed.y.shape; // => [2, 2]
 * await mixed.y.sum().item(); // => 2
 * ```
 */
export function mixup(batch: LabelledBatch, options: MixupOptions, generator: Generator): { x: Tensor; y: Tensor } {
  const { x } = batch;
  const y = softLabels("mixup", batch, options);
  const lambda = symmetricBeta(generator, alphaOf("mixup", options));
  const partner = generator.permutation(x.shape[0]!, { backend: x.backend });
  return { x: mix(x, partner, lambda), y: mix(y, partner, lambda) };
}

/**
 * Puts a rectangle of another image into each image of a batch, and mixes the labels by its area (Yun et al. 2019;
 * torchvision's CutMix). For the `transform` of a loader; `crossEntropy` takes the soft labels.
 *
 * @throws DataError when alpha or numClasses makes no sense; ShapeError when x is no batch of images.
 *
 * @example
 * ```ts
 * import { cutmix } from "@nn/data";
 * import { Generator, tensor, zeros } from "@nn/tensor";
 *
 * const y = tensor([0, 1], { dtype: "i32" });
 * const mixed = cutmix({ x: zeros([2, 3, 8, 8]), y }, { numClasses: 2 }, new Generator(0));
 * mixed.x.shape; // => [2, 3, 8, 8]
 * ```
 */
export function cutmix(batch: LabelledBatch, options: MixupOptions, generator: Generator): { x: Tensor; y: Tensor } {
  const { x } = batch;
  const y = softLabels("cutmix", batch, options);
  if (x.rank !== 4) {
    throw new ShapeError({
      where: "cutmix",
      problem: "this is no batch of images",
      rows: [["x", describe(x), "expected n c h w"]],
      fix: "use mixup for other data",
    });
  }
  const [n, , h, w] = x.shape as [number, number, number, number];
  const lambda = symmetricBeta(generator, alphaOf("cutmix", options));
  const partner = generator.permutation(n, { backend: x.backend });
  const { mask, outside } = boxMask(h, w, lambda, generator);
  const keepsOwn = tensor(mask, { shape: [1, 1, h, w], dtype: x.dtype, backend: x.backend });
  const other = indexSelect(x, 0, partner);
  return { x: other.add(x.sub(other).mul(keepsOwn)), y: mix(y, partner, outside) };
}

function mix(own: Tensor, partner: Tensor, lambda: number): Tensor {
  return own.mul(lambda).add(indexSelect(own, 0, partner).mul(1 - lambda));
}

/** 1 outside of a rectangle around a random point whose area is about 1 - lambda, and the share that is outside. */
function boxMask(h: number, w: number, lambda: number, generator: Generator) {
  const half = 0.5 * Math.sqrt(1 - lambda);
  const x = integer(generator, 0, w);
  const y = integer(generator, 0, h);
  const clip = (value: number, most: number) => Math.trunc(Math.max(0, Math.min(most, value)));
  const [left, right] = [clip(x - Math.trunc(half * w), w), clip(x + Math.trunc(half * w), w)];
  const [top, bottom] = [clip(y - Math.trunc(half * h), h), clip(y + Math.trunc(half * h), h)];
  const mask = new Float32Array(h * w).fill(1);
  for (let row = top; row < bottom; row++) mask.fill(0, row * w + left, row * w + right);
  return { mask, outside: 1 - ((right - left) * (bottom - top)) / (h * w) };
}

function softLabels(where: string, { x, y }: LabelledBatch, { numClasses }: MixupOptions): Tensor {
  if (y.shape[0] !== x.shape[0] || y.rank < 1 || y.rank > 2) {
    throw new ShapeError({
      where,
      problem: "the labels do not fit the batch",
      rows: [
        ["x", describe(x)],
        ["y", describe(y), "expected [n] class indices or [n, classes] soft labels"],
      ],
      fix: "pass one label for each sample",
    });
  }
  if (y.rank === 2) return y.dtype === x.dtype ? y : y.cast(x.dtype);
  if (numClasses !== undefined && Number.isInteger(numClasses) && numClasses > 0 && y.dtype === "i32") {
    return oneHot(y, numClasses, x.dtype);
  }
  throw new DataError({
    where,
    problem: "class indices need i32 labels and the number of classes",
    rows: [
      ["y", describe(y)],
      ["numClasses", String(numClasses)],
    ],
    fix: "pass { numClasses: 10 }, or soft labels",
  });
}

function alphaOf(where: string, { alpha = 1 }: MixupOptions): number {
  if (alpha > 0 && alpha < Infinity) return alpha;
  throw new DataError({
    where,
    problem: "alpha is not positive",
    rows: [["got", String(alpha)]],
    fix: "pass 1, or less for weaker mixtures",
  });
}
