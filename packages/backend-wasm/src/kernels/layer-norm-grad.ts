import type { FusedKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";
import { withWorkspace } from "../workspace.js";
import { isDenseVector } from "./batch-norm.js";

export function layerNormGrad(context: Context): FusedKernels["layerNormGrad"] {
  return {
    accepts: ([, mean, variance, , weight]) =>
      isDenseVector(mean) && isDenseVector(variance) && (weight === undefined || isDenseVector(weight)),
    run({ inputs, outputs, attrs: { eps } }) {
      const x = densely(context, inputs[0]);
      const g = densely(context, inputs[3]);
      const hasWeight = inputs.length > 4;
      const [rows, n] = x.shape;
      const bytes = hasWeight ? context.exports.layerNormGradWorkspace(rows, n) : 0;
      withWorkspace(context, bytes, (workspace) =>
        context.exports.layerNormGrad(
          pointerOf(x),
          pointerOf(inputs[1]),
          pointerOf(inputs[2]),
          pointerOf(g),
          hasWeight ? pointerOf(inputs[4]) : 0,
          pointerOf(outputs[0]),
          hasWeight ? pointerOf(outputs[1]) : 0,
          hasWeight ? pointerOf(outputs[2]) : 0,
          rows,
          n,
          eps,
          workspace,
        ),
      );
      release(context, g, inputs[3]);
      release(context, x, inputs[0]);
    },
  };
}
