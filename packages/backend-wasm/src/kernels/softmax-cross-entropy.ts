import type { FusedKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";

export function softmaxCrossEntropy(context: Context): FusedKernels["softmaxCrossEntropy"] {
  return {
    run({ inputs, outputs }) {
      const x = densely(context, inputs[0]);
      const target = inputs[1];
      const [rows, n] = x.shape;
      const step = target.strides[0] * 4;
      context.exports.softmaxCrossEntropy(pointerOf(x), pointerOf(target), step, pointerOf(outputs[0]), rows, n);
      release(context, x, inputs[0]);
    },
  };
}
