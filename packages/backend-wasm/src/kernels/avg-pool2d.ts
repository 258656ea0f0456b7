import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { poolGeometry, writeGeometry } from "../geometry.js";
import { withWorkspace } from "../workspace.js";

/** The mean of each window. */
export function avgPool2d(context: Context): FusedKernels["avgPool2d"] {
  const { exports } = context;
  return {
    dense: true,
    run({ inputs: [x], outputs: [y], attrs }) {
      writeGeometry(context, poolGeometry(x.shape, y.shape, attrs));
      const whole = attrs.countIncludePad ? 1 : 0;
      withWorkspace(context, exports.poolWorkspace(), (workspace) =>
        exports.averagePool(pointerOf(x), pointerOf(y), whole, workspace),
      );
    },
  };
}
