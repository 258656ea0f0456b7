import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { poolGeometry, writeGeometry } from "../geometry.js";
import { withWorkspace } from "../workspace.js";

/** Gives each element of a window an equal share of the gradient. */
export function avgPool2dGrad(context: Context): FusedKernels["avgPool2dGrad"] {
  const { exports } = context;
  return {
    dense: true,
    run({ inputs: [g], outputs: [dx], attrs }) {
      writeGeometry(context, poolGeometry(attrs.inputShape, g.shape, attrs));
      const whole = attrs.countIncludePad ? 1 : 0;
      withWorkspace(context, exports.poolWorkspace(), (workspace) =>
        exports.averagePoolGrad(pointerOf(g), pointerOf(dx), whole, workspace),
      );
    },
  };
}
