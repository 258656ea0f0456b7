import type { FusedKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";

export function softmaxCrossEntropyGrad(context: Context): FusedKernels["softmaxCrossEntropyGrad"] {
  return {
    run({ inputs, outputs }) {
      const x = densely(context, inputs[0]);
      const [, target, g] = inputs;
      const [rows, n] = x.shape;
      context.exports.softmaxCrossEntropyGrad(
        pointerOf(x),
        pointerOf(target),
        target.strides[0] * 4,
        pointerOf(g),
        g.strides[0] * 4,
        pointerOf(outputs[0]),
        rows,
        n,
      );
      release(context, x, inputs[0]);
    },
  };
}
