import type { AxisAttrs, Kernel } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { copyRow } from "../copy-row.js";
import { walk } from "../walk.js";

/** Walks the output, the index and the updates together, with the output standing still along the axis. */
export const scatterAdd: Kernel<AxisAttrs> = {
  inPlace: [[0, 0]],
  run({ inputs, outputs, attrs: { axis } }) {
    const [base, index, updates] = inputs;
    const output = outputs[0];
    const b = arrayOf(base);
    const k = arrayOf(index);
    const x = arrayOf(updates);
    const z = arrayOf(output);
    if (b !== z) {
      walk.start(output.shape, base, output, output);
      do copyRow(b, walk.p0, walk.s0, z, walk.p1, 1, walk.length);
      while (walk.next());
    }
    const { shape, strides } = index;
    const size = output.shape[axis];
    const step = output.strides[axis];
    walk.begin();
    for (let d = shape.length - 1; d >= 0; d--) {
      walk.dimension(shape[d], d === axis ? 0 : output.strides[d], strides[d], updates.strides[d]);
    }
    walk.end(0, index.offset, updates.offset);
    do {
      const { length, s0, s1, s2 } = walk;
      let o = walk.p0;
      let q = walk.p1;
      let p = walk.p2;
      for (let i = 0; i < length; i++, o += s0, q += s1, p += s2) {
        const at = k[q];
        if (at >= 0 && at < size) z[o + at * step] += x[p];
      }
    } while (walk.next());
  },
};
