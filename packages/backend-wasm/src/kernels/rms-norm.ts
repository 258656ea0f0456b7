import type { FusedKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";
import { isDenseVector } from "./batch-norm.js";

export function rmsNorm(context: Context): FusedKernels["rmsNorm"] {
  return {
    accepts: ([, ...vectors]) => vectors.every(isDenseVector),
    run({ inputs, outputs: [y, scale], attrs: { eps } }) {
      const x = densely(context, inputs[0]);
      const weight = inputs.length > 1 ? pointerOf(inputs[1]) : 0;
      context.exports.rmsNorm(pointerOf(x), weight, pointerOf(y), pointerOf(scale), x.shape[0], x.shape[1], eps);
      release(context, x, inputs[0]);
    },
  };
}
