import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { isHalving, poolGeometry, writeGeometry } from "../geometry.js";
import { withWorkspace } from "../workspace.js";

/** The largest element of each window; NaN wins. */
export function maxPool2d(context: Context): FusedKernels["maxPool2d"] {
  const { exports } = context;
  return {
    dense: true,
    run({ inputs: [x], outputs: [y], attrs }) {
      const geometry = poolGeometry(x.shape, y.shape, attrs);
      const run = (workspace: number) => exports.maxPool(pointerOf(x), pointerOf(y), workspace);
      writeGeometry(context, geometry);
      if (isHalving(geometry)) run(0);
      else withWorkspace(context, exports.poolWorkspace(), run);
    },
  };
}
