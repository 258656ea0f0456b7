import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import {
  convGeometry,
  type Geometry,
  hasUnitStride,
  isDepthwise,
  rotatedGeometry,
  suitsPhases,
  suitsWinograd,
  writeGeometry,
} from "../geometry.js";
import { withWorkspace } from "../workspace.js";
import { convolve } from "./convolve.js";
import { gradInputByPhases } from "./grad-input-phases.js";

/** With fewer channels a group, adding windows to the image costs less than multiplying tiles that are half empty. */
const fewChannels = 3;

/**
 * With stride 1 a convolution with the rotated weight, with larger ones such a convolution for each phase, else
 * weightᵀ · g added to the windows of the image.
 */
export function conv2dGradInput(context: Context): FusedKernels["conv2dGradInput"] {
  const { exports } = context;
  return {
    dense: true,
    run({ inputs: [gradient, weights], outputs: [output], attrs }) {
      const forward = convGeometry(attrs.inputShape, weights.shape, gradient.shape, attrs);
      const g = pointerOf(gradient);
      const weight = pointerOf(weights);
      const dx = pointerOf(output);
      if (isDepthwise(forward)) {
        const rotated = hasUnitStride(forward);
        writeGeometry(context, rotated ? rotatedGeometry(forward) : forward);
        const bytes = exports.depthwiseWorkspace();
        const run = rotated ? exports.depthwiseGradInputRotated : exports.depthwiseGradInput;
        withWorkspace(context, bytes, (workspace) => run(g, weight, dx, workspace));
      } else if (hasUnitStride(forward) && weights.shape[1] >= fewChannels) {
        convolveRotated(context, rotatedGeometry(forward), g, weight, dx);
      } else if (!hasUnitStride(forward) && suitsPhases(forward)) {
        gradInputByPhases(context, forward, g, weight, dx);
      } else {
        writeGeometry(context, forward);
        const bytes = exports.conv2dGradInputWorkspace();
        withWorkspace(context, bytes, (workspace) => exports.conv2dGradInput(g, weight, dx, workspace));
      }
    },
  };
}

function convolveRotated(context: Context, geometry: Geometry, g: number, weight: number, dx: number): void {
  const { exports } = context;
  writeGeometry(context, geometry);
  if (suitsWinograd(geometry)) {
    const bytes = exports.winogradWorkspace();
    withWorkspace(context, bytes, (workspace) => exports.winograd(g, weight, 0, dx, 0, 1, workspace));
    return;
  }
  const { channels, filters, groups, kernel } = geometry;
  const bytes = (channels * filters * kernel[0] * kernel[1] * 4) / groups;
  withWorkspace(context, bytes, (rotated) => {
    exports.rotateWeight(weight, rotated);
    convolve(context, geometry, { x: g, weight: rotated, bias: 0, y: dx, activation: 0 });
  });
}
