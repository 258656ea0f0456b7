import type { RequiredKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";

export function matmul(context: Context): RequiredKernels["matmul"] {
  return {
    run({ inputs, outputs }) {
      const a = densely(context, inputs[0]);
      const b = densely(context, inputs[1]);
      const { shape } = outputs[0];
      const m = shape[shape.length - 2];
      const n = shape[shape.length - 1];
      const k = a.shape[shape.length - 1];
      let batches = 1;
      for (let d = 0; d < shape.length - 2; d++) batches *= shape[d];
      const [p, q, z] = [pointerOf(a), pointerOf(b), pointerOf(outputs[0])];
      for (let i = 0; i < batches; i++) {
        context.exports.multiply(p + i * m * k * 4, q + i * k * n * 4, z + i * m * n * 4, m, n, k);
      }
      release(context, a, inputs[0]);
      release(context, b, inputs[1]);
    },
  };
}
