import type { FusedKernels } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";

export function dropout(context: Context): FusedKernels["dropout"] {
  return {
    inPlace: [[0, 0]],
    run({ inputs, outputs, scalars: [scale] }) {
      const x = densely(context, inputs[0]);
      const mask = densely(context, inputs[1]);
      context.exports.dropout(pointerOf(x), pointerOf(mask), pointerOf(outputs[0]), sizeOf(x.shape), scale);
      release(context, mask, inputs[1]);
      release(context, x, inputs[0]);
    },
  };
}
