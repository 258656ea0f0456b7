import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { convGeometry, isDepthwise, suitsPointwise, suitsWinograd, writeGeometry } from "../geometry.js";
import { withWorkspace } from "../workspace.js";
import { activationCode } from "./activation.js";

/** Convolution: depthwise, by Winograd, pointwise, or as a product of matrices. */
export function conv2d(context: Context): FusedKernels["conv2d"] {
  const { exports } = context;
  return {
    dense: true,
    run({ inputs, outputs: [output], attrs }) {
      const [input, weights, biases] = inputs;
      const geometry = convGeometry(input.shape, weights.shape, output.shape, attrs);
      const x = pointerOf(input);
      const weight = pointerOf(weights);
      const bias = biases === undefined ? 0 : pointerOf(biases);
      const y = pointerOf(output);
      const activation = activationCode[attrs.activation];
      writeGeometry(context, geometry);
      if (isDepthwise(geometry)) {
        const bytes = exports.depthwiseWorkspace();
        withWorkspace(context, bytes, (workspace) => exports.depthwise(x, weight, bias, y, activation, workspace));
      } else if (suitsWinograd(geometry)) {
        const bytes = exports.winogradWorkspace();
        withWorkspace(context, bytes, (workspace) => exports.winograd(x, weight, bias, y, activation, 0, workspace));
      } else if (suitsPointwise(geometry)) {
        const bytes = exports.conv2dPointwiseWorkspace();
        withWorkspace(context, bytes, (workspace) =>
          exports.conv2dPointwise(x, weight, bias, y, activation, workspace),
        );
      } else {
        const bytes = exports.conv2dWorkspace();
        withWorkspace(context, bytes, (workspace) => exports.conv2d(x, weight, bias, y, activation, workspace));
      }
    },
  };
}
