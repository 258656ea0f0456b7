import type { AxisAttrs, Kernel } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { copyRow } from "../copy-row.js";
import { walk } from "../walk.js";

/*
 * Walks x and the index together with x standing still along the axis, where the index says how far to go.
 * An index that does not change along a row (an embedding) makes the row one copy.
 */
export const gather: Kernel<AxisAttrs> = {
  run({ inputs, outputs, attrs: { axis } }) {
    const [source, index] = inputs;
    const x = arrayOf(source);
    const k = arrayOf(index);
    const output = outputs[0];
    const z = arrayOf(output);
    const { shape, strides } = index;
    const size = source.shape[axis];
    const step = source.strides[axis];
    const missing = output.dtype === "f32" || output.dtype === "f64" ? NaN : 0;
    walk.begin();
    for (let d = shape.length - 1; d >= 0; d--) {
      walk.dimension(shape[d], d === axis ? 0 : source.strides[d], strides[d], 0);
    }
    walk.end(source.offset, index.offset, 0);
    let o = 0;
    do {
      const { length, s0, s1 } = walk;
      let p = walk.p0;
      let q = walk.p1;
      if (s1 === 0) {
        const at = k[q];
        if (at >= 0 && at < size) copyRow(x, p + at * step, s0, z, o, 1, length);
        else z.fill(missing, o, o + length);
      } else {
        for (let i = 0; i < length; i++, p += s0, q += s1) {
          const at = k[q];
          z[o + i] = at >= 0 && at < size ? x[p + at * step] : missing;
        }
      }
      o += length;
    } while (walk.next());
  },
};
