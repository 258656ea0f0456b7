import type { RequiredKernels } from "@nn/backend";
import { type Context, copyTo, pointerOf } from "../context.js";

export function scatterAdd(context: Context): RequiredKernels["scatterAdd"] {
  const { exports, walk } = context;
  return {
    inPlace: [[0, 0]],
    run({ inputs, outputs, attrs: { axis } }) {
      const [base, index, updates] = inputs;
      const z = outputs[0];
      const target = pointerOf(z);
      if (base.buffer !== z.buffer) copyTo(context, base, target);
      const { shape, strides } = index;
      walk.begin();
      for (let d = shape.length - 1; d >= 0; d--) {
        walk.add(shape[d], d === axis ? 0 : z.strides[d], strides[d], updates.strides[d]);
      }
      walk.publish(4, 4, 4);
      exports.scatterAdd(
        Math.max(1, walk.dimensions),
        target,
        pointerOf(index),
        pointerOf(updates),
        z.shape[axis],
        z.strides[axis] * 4,
        z.dtype === "f32" ? 1 : 0,
      );
    },
  };
}
