import type { RequiredKernels } from "@nn/backend";
import { type Context, pointerOf, widthOf } from "../context.js";

const quietNaN = 0x7fc00000;

export function gather({ exports, walk }: Context): RequiredKernels["gather"] {
  return {
    run({ inputs, outputs, attrs: { axis } }) {
      const [x, index] = inputs;
      const z = outputs[0];
      const { shape, strides } = index;
      const width = widthOf(x);
      walk.begin();
      for (let d = shape.length - 1; d >= 0; d--) walk.add(shape[d], d === axis ? 0 : x.strides[d], strides[d], 0);
      walk.publish(width, 4, 0);
      exports.gather(
        Math.max(1, walk.dimensions),
        pointerOf(x),
        pointerOf(index),
        pointerOf(z),
        x.shape[axis],
        x.strides[axis] * width,
        width,
        x.dtype === "f32" ? quietNaN : 0,
      );
    },
  };
}
