import type { FusedKernels, Layout } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";
import { withWorkspace } from "../workspace.js";

export function batchNorm(context: Context): FusedKernels["batchNorm"] {
  const { exports } = context;
  return {
    accepts: ([x, ...perChannel]) => (hasPlaces(x) || isMatrix(x)) && perChannel.every(isDenseVector),
    run({ inputs, outputs, attrs: { eps } }) {
      const x = densely(context, inputs[0]);
      const [images, channels] = x.shape;
      const weight = inputs.length > 1 ? pointerOf(inputs[1]) : 0;
      const bias = inputs.length > 2 ? pointerOf(inputs[2]) : 0;
      const [y, mean, variance] = outputs.map(pointerOf);
      if (isMatrix(x)) {
        withWorkspace(context, exports.batchNormRowsWorkspace(images, channels), (workspace) =>
          exports.batchNormRows(pointerOf(x), weight, bias, y, mean, variance, images, channels, eps, workspace),
        );
      } else {
        const places = sizeOf(x.shape) / (images * channels);
        exports.batchNorm(pointerOf(x), weight, bias, y, mean, variance, images, channels, places, eps);
      }
      release(context, x, inputs[0]);
    },
  };
}

/** Whether the elements of a channel lie together in runs. */
export function hasPlaces({ shape }: Layout): boolean {
  return sizeOf(shape) / (shape[0] * shape[1]) >= 4;
}

/** Whether there is one element for each row and channel, and at least one row. Runs of 2 or 3 are left to the composed form. */
export function isMatrix({ shape }: Layout): boolean {
  return sizeOf(shape) === shape[0] * shape[1] && sizeOf(shape) > 0;
}

export function isDenseVector({ shape, strides }: Layout): boolean {
  return strides[0] === 1 || shape[0] === 1;
}
