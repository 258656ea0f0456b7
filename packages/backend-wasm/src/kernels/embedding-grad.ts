import type { FusedKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";

export function embeddingGrad(context: Context): FusedKernels["embeddingGrad"] {
  return {
    run({ inputs, outputs, attrs: { weightShape, paddingIndex } }) {
      const index = densely(context, inputs[0]);
      const g = densely(context, inputs[1]);
      const [m, d] = g.shape;
      const padding = paddingIndex ?? -1;
      context.exports.embeddingGrad(
        pointerOf(index),
        pointerOf(g),
        pointerOf(outputs[0]),
        m,
        d,
        weightShape[0],
        padding,
      );
      release(context, g, inputs[1]);
      release(context, index, inputs[0]);
    },
  };
}
