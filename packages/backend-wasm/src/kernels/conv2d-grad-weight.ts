import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { convGeometry, isDepthwise, suitsPointwiseGradWeight, suitsWinograd, writeGeometry } from "../geometry.js";
import { withWorkspace } from "../workspace.js";

/** Gradient of the weight: depthwise, by Winograd, pointwise, or g · windowsᵀ. */
export function conv2dGradWeight(context: Context): FusedKernels["conv2dGradWeight"] {
  const { exports } = context;
  return {
    dense: true,
    run({ inputs: [input, gradient], outputs: [output], attrs }) {
      const geometry = convGeometry(input.shape, attrs.weightShape, gradient.shape, attrs);
      const x = pointerOf(input);
      const g = pointerOf(gradient);
      const dw = pointerOf(output);
      writeGeometry(context, geometry);
      if (isDepthwise(geometry)) {
        const bytes = exports.depthwiseWorkspace();
        withWorkspace(context, bytes, (workspace) => exports.depthwiseGradWeight(x, g, dw, workspace));
      } else if (suitsWinograd(geometry)) {
        const bytes = exports.winogradGradWeightWorkspace();
        withWorkspace(context, bytes, (workspace) => exports.winogradGradWeight(x, g, dw, workspace));
      } else if (suitsPointwiseGradWeight(geometry)) {
        const bytes = exports.pointwiseGradWeightWorkspace();
        withWorkspace(context, bytes, (workspace) => exports.pointwiseGradWeight(x, g, dw, workspace));
      } else {
        const bytes = exports.conv2dGradWeightWorkspace();
        withWorkspace(context, bytes, (workspace) => exports.conv2dGradWeight(x, g, dw, workspace));
      }
    },
  };
}
