import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { convGeometry, isDepthwise, writeGeometry } from "../geometry.js";
import { withWorkspace } from "../workspace.js";
import { activationCode } from "./activation.js";
import { convolve } from "./convolve.js";

/** Convolution: depthwise or not. */
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
      if (isDepthwise(geometry)) {
        writeGeometry(context, geometry);
        const bytes = exports.depthwiseWorkspace();
        withWorkspace(context, bytes, (workspace) => exports.depthwise(x, weight, bias, y, activation, workspace));
      } else convolve(context, geometry, { x, weight, bias, y, activation });
    },
  };
}
