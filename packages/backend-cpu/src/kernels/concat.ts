import type { AxisAttrs, Kernel } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { copyRow } from "../copy-row.js";
import { walk } from "../walk.js";

export const concat: Kernel<AxisAttrs> = {
  run({ inputs, outputs, attrs: { axis } }) {
    const output = outputs[0];
    const z = arrayOf(output);
    let start = 0;
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i];
      const x = arrayOf(input);
      const { shape, strides } = input;
      walk.begin();
      for (let d = shape.length - 1; d >= 0; d--) walk.dimension(shape[d], strides[d], output.strides[d], 0);
      walk.end(input.offset, start, 0);
      do copyRow(x, walk.p0, walk.s0, z, walk.p1, walk.s1, walk.length);
      while (walk.next());
      start += shape[axis] * output.strides[axis];
    }
  },
};
