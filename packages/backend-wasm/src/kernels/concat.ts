import type { RequiredKernels } from "@nn/backend";
import { type Context, pointerOf, runCopy, widthOf } from "../context.js";

export function concat(context: Context): RequiredKernels["concat"] {
  const { walk } = context;
  return {
    run({ inputs, outputs, attrs: { axis } }) {
      const z = outputs[0];
      const width = widthOf(z);
      let target = pointerOf(z);
      for (let i = 0; i < inputs.length; i++) {
        const x = inputs[i];
        const { shape, strides } = x;
        if (shape[axis] === 0) continue;
        walk.begin();
        for (let d = shape.length - 1; d >= 0; d--) walk.add(shape[d], strides[d], z.strides[d], 0);
        runCopy(context, pointerOf(x), target, width);
        target += shape[axis] * z.strides[axis] * width;
      }
    },
  };
}
