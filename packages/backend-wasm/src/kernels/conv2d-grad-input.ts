import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import {
  convGeometry,
  hasUnitStride,
  isDepthwise,
  rotatedGeometry,
  suitsPointwise,
  suitsWinograd,
  writeGeometry,
} from "../geometry.js";
import { withWorkspace } from "../workspace.js";

/** With fewer channels a group, adding windows to the image costs less than multiplying tiles that are half empty. */
const fewChannels = 3;

/** With stride 1 a convolution with the rotated weight, else weightᵀ · g added to the windows of the image. */
export function conv2dGradInput(context: Context): FusedKernels["conv2dGradInput"] {
  const { exports } = context;
  return {
    dense: true,
    run({ inputs: [gradient, weights], outputs: [output], attrs }) {
      const forward = convGeometry(attrs.inputShape, weights.shape, gradient.shape, attrs);
      const g = pointerOf(gradient);
      const weight = pointerOf(weights);
      const dx = pointerOf(output);
      const asConvolution = hasUnitStride(forward) && (isDepthwise(forward) || weights.shape[1] >= fewChannels);
      const geometry = asConvolution ? rotatedGeometry(forward) : forward;
      writeGeometry(context, geometry);
      if (isDepthwise(forward)) {
        const bytes = exports.depthwiseWorkspace();
        const run = asConvolution ? exports.depthwiseGradInputRotated : exports.depthwiseGradInput;
        withWorkspace(context, bytes, (workspace) => run(g, weight, dx, workspace));
      } else if (!asConvolution) {
        const bytes = exports.conv2dGradInputWorkspace();
        withWorkspace(context, bytes, (workspace) => exports.conv2dGradInput(g, weight, dx, workspace));
      } else if (suitsWinograd(geometry)) {
        const bytes = exports.winogradWorkspace();
        withWorkspace(context, bytes, (workspace) => exports.winograd(g, weight, 0, dx, 0, 1, workspace));
      } else {
        const rotatedBytes = weights.shape.reduce((size, d) => size * d, 4);
        const pointwise = suitsPointwise(geometry);
        const bytes = pointwise ? exports.conv2dPointwiseWorkspace() : exports.conv2dWorkspace();
        const convolve = pointwise ? exports.conv2dPointwise : exports.conv2d;
        withWorkspace(context, rotatedBytes, (rotated) => {
          exports.rotateWeight(weight, rotated);
          withWorkspace(context, bytes, (workspace) => convolve(g, rotated, 0, dx, 0, workspace));
        });
      }
    },
  };
}
