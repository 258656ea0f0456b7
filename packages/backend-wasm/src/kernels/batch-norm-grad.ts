import type { FusedKernels } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";
import { withWorkspace } from "../workspace.js";
import { hasPlaces, isDenseVector, isMatrix } from "./batch-norm.js";

export function batchNormGrad(context: Context): FusedKernels["batchNormGrad"] {
  const { exports } = context;
  return {
    accepts: ([x, mean, variance, , weight]) =>
      (hasPlaces(x) || isMatrix(x)) &&
      isDenseVector(mean) &&
      isDenseVector(variance) &&
      (weight === undefined || isDenseVector(weight)),
    run({ inputs, outputs, attrs: { eps } }) {
      const x = densely(context, inputs[0]);
      const g = densely(context, inputs[3]);
      const [images, channels] = x.shape;
      const [mean, variance] = [pointerOf(inputs[1]), pointerOf(inputs[2])];
      const weight = inputs.length > 4 ? pointerOf(inputs[4]) : 0;
      const [dx, dw = 0, db = 0] = outputs.map(pointerOf);
      const [px, pg] = [pointerOf(x), pointerOf(g)];
      if (isMatrix(x)) {
        withWorkspace(context, exports.batchNormRowsWorkspace(images, channels), (workspace) =>
          exports.batchNormRowsGrad(px, mean, variance, pg, weight, dx, dw, db, images, channels, eps, workspace),
        );
      } else {
        const places = sizeOf(x.shape) / (images * channels);
        exports.batchNormGrad(px, mean, variance, pg, weight, dx, dw, db, images, channels, places, eps);
      }
      release(context, g, inputs[3]);
      release(context, x, inputs[0]);
    },
  };
}
