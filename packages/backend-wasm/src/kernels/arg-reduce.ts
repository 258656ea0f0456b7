import type { RequiredKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";

/** Types of assembly/arg-reduce.ts. */
const types: Readonly<Record<string, number>> = { f32: 0, i32: 1, bool: 2 };

export function argReduce(context: Context): RequiredKernels["argReduce"] {
  return {
    run({ inputs, outputs, attrs: { kind, axis } }) {
      const x = densely(context, inputs[0]);
      const { shape } = x;
      let outer = 1;
      let inner = 1;
      for (let d = 0; d < axis; d++) outer *= shape[d];
      for (let d = axis + 1; d < shape.length; d++) inner *= shape[d];
      const code = kind === "argMax" ? 0 : 1;
      context.exports.argReduce(code, types[x.dtype], pointerOf(x), pointerOf(outputs[0]), outer, shape[axis], inner);
      release(context, x, inputs[0]);
    },
  };
}
