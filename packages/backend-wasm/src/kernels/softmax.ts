import type { FusedKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";

export function softmax(context: Context): FusedKernels["softmax"] {
  return alongAxis(context, context.exports.softmax);
}

/** A kernel along the middle of dense (outer, n, inner) arrays. */
export function alongAxis(
  context: Context,
  run: (x: number, z: number, outer: number, n: number, inner: number) => void,
): FusedKernels["softmax"] {
  return {
    run({ inputs, outputs, attrs: { axis } }) {
      const x = densely(context, inputs[0]);
      const { shape } = x;
      let outer = 1;
      let inner = 1;
      for (let d = 0; d < axis; d++) outer *= shape[d];
      for (let d = axis + 1; d < shape.length; d++) inner *= shape[d];
      run(pointerOf(x), pointerOf(outputs[0]), outer, shape[axis], inner);
      release(context, x, inputs[0]);
    },
  };
}
