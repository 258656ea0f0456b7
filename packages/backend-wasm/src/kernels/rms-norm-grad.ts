import type { FusedKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";
import { withWorkspace } from "../workspace.js";
import { isDenseVector } from "./batch-norm.js";

/** The gradient of layer norm, without its means. */
export function rmsNormGrad(context: Context): FusedKernels["rmsNormGrad"] {
  return {
    accepts: ([, scale, , weight]) => isDenseVector(scale) && (weight === undefined || isDenseVector(weight)),
    run({ inputs, outputs }) {
      const { exports } = context;
      const x = densely(context, inputs[0]);
      const g = densely(context, inputs[2]);
      const [rows, n] = x.shape;
      const [weight, dw] = inputs.length > 3 ? [pointerOf(inputs[3]), pointerOf(outputs[1])] : [0, 0];
      const [scale, dx] = [pointerOf(inputs[1]), pointerOf(outputs[0])];
      withWorkspace(context, weight ? exports.layerNormGradWorkspace(rows, n) : 0, (workspace) =>
        exports.layerNormGrad(pointerOf(x), 0, scale, pointerOf(g), weight, dx, dw, 0, rows, n, 0, workspace),
      );
      release(context, g, inputs[2]);
      release(context, x, inputs[0]);
    },
  };
}
