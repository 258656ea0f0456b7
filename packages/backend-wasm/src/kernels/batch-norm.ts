import type { FusedKernels, Layout } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";

export function batchNorm(context: Context): FusedKernels["batchNorm"] {
  return {
    accepts: ([x, ...perChannel]) => hasPlaces(x) && perChannel.every(isDenseVector),
    run({ inputs, outputs, attrs: { eps } }) {
      const x = densely(context, inputs[0]);
      const [images, channels] = x.shape;
      context.exports.batchNorm(
        pointerOf(x),
        inputs.length > 1 ? pointerOf(inputs[1]) : 0,
        inputs.length > 2 ? pointerOf(inputs[2]) : 0,
        pointerOf(outputs[0]),
        pointerOf(outputs[1]),
        pointerOf(outputs[2]),
        images,
        channels,
        sizeOf(x.shape) / (images * channels),
        eps,
      );
      release(context, x, inputs[0]);
    },
  };
}

/** Whether the elements of a channel lie together in runs. Vectors `(n, c)` are left to the composed form. */
export function hasPlaces({ shape }: Layout): boolean {
  return sizeOf(shape) / (shape[0] * shape[1]) >= 4;
}

export function isDenseVector({ shape, strides }: Layout): boolean {
  return strides[0] === 1 || shape[0] === 1;
}
