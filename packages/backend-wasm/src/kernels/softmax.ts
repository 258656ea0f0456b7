import type { FusedKernels, Layout } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";

export function softmax(context: Context): FusedKernels["softmax"] {
  return alongRows(context, context.exports.softmax);
}

/** A kernel over rows of neighbouring elements. Other axes are left to the composed form. */
export function alongRows(
  context: Context,
  run: (x: number, z: number, rows: number, n: number) => void,
): FusedKernels["softmax"] {
  return {
    accepts: ([x]: readonly Layout[], { axis }) => x.shape.every((size, d) => d <= axis || size === 1),
    run({ inputs, outputs, attrs: { axis } }) {
      const x = densely(context, inputs[0]);
      const n = x.shape[axis];
      run(pointerOf(x), pointerOf(outputs[0]), sizeOf(x.shape) / n, n);
      release(context, x, inputs[0]);
    },
  };
}
