import type { CopyAttrs, Kernel } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { copyRow } from "../copy-row.js";
import { walk } from "../walk.js";

export const copy: Kernel<CopyAttrs> = {
  run({ inputs, outputs, attrs, scalars }) {
    const input = inputs[0];
    const output = outputs[0];
    const x = arrayOf(input);
    const z = arrayOf(output);
    const shape = output.shape;
    const before = attrs?.before;
    let from = input.offset;
    let to = 0;
    let inside = true;
    walk.begin();
    for (let d = shape.length - 1; d >= 0; d--) {
      const shift = before === undefined ? 0 : before[d];
      // The part of the output that the input covers.
      const low = Math.max(0, shift);
      const high = Math.min(shape[d], input.shape[d] + shift);
      if (high - low !== shape[d]) {
        if (inside) z.fill(scalars[0], 0, sizeOf(shape));
        inside = false;
        if (high <= low) return;
      }
      from += (low - shift) * input.strides[d];
      to += low * output.strides[d];
      walk.dimension(high - low, input.strides[d], output.strides[d], 0);
    }
    walk.end(from, to, 0);
    do copyRow(x, walk.p0, walk.s0, z, walk.p1, walk.s1, walk.length);
    while (walk.next());
  },
};
