import type { FusedKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";
import { isDenseVector } from "./batch-norm.js";

export function layerNorm(context: Context): FusedKernels["layerNorm"] {
  return {
    accepts: ([, ...vectors]) => vectors.every(isDenseVector),
    run({ inputs, outputs, attrs: { eps } }) {
      const x = densely(context, inputs[0]);
      const [rows, n] = x.shape;
      context.exports.layerNorm(
        pointerOf(x),
        inputs.length > 1 ? pointerOf(inputs[1]) : 0,
        inputs.length > 2 ? pointerOf(inputs[2]) : 0,
        pointerOf(outputs[0]),
        pointerOf(outputs[1]),
        pointerOf(outputs[2]),
        rows,
        n,
        eps,
      );
      release(context, x, inputs[0]);
    },
  };
}
