import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { isHalving, poolGeometry, writeGeometry } from "../geometry.js";
import { withWorkspace } from "../workspace.js";

/** Finds the largest element of each window again and gives it the gradient. */
export function maxPool2dGrad(context: Context): FusedKernels["maxPool2dGrad"] {
  const { exports } = context;
  return {
    dense: true,
    run({ inputs: [x, g], outputs: [dx], attrs }) {
      const geometry = poolGeometry(x.shape, g.shape, attrs);
      const run = (workspace: number) => exports.maxPoolGrad(pointerOf(x), pointerOf(g), pointerOf(dx), workspace);
      writeGeometry(context, geometry);
      if (isHalving(geometry)) run(0);
      else withWorkspace(context, exports.poolWorkspace(), run);
    },
  };
}
