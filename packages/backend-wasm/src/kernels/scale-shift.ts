import type { FusedKernels } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";
import { hasPlaces, isDenseVector } from "./batch-norm.js";

export function scaleShift(context: Context): FusedKernels["scaleShift"] {
  return {
    accepts: ([x, ...perChannel]) => hasPlaces(x) && perChannel.every(isDenseVector),
    run({ inputs, outputs }) {
      const x = densely(context, inputs[0]);
      const [images, channels] = x.shape;
      const places = sizeOf(x.shape) / (images * channels);
      const [scale, shift, z] = [inputs[1], inputs[2], outputs[0]].map(pointerOf);
      context.exports.scaleShift(pointerOf(x), scale, shift, z, images, channels, places);
      release(context, x, inputs[0]);
    },
  };
}
