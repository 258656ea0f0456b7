import type { CopyAttrs, Kernel, TypedArray } from "@nn/backend";
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
    walk.takePlane();
    do copyPlane(x, walk.p0, walk.s0, walk.t0, z, walk.p1, walk.s1, walk.t1, walk.length, walk.count);
    while (walk.next());
  },
};

/** Copies `count` rows of `n` elements, rows `t` apart in x and `u` in z. */
function copyPlane(
  x: TypedArray,
  p: number,
  s: number,
  t: number,
  z: TypedArray,
  o: number,
  r: number,
  u: number,
  n: number,
  count: number,
): void {
  if (n >= 48) for (let i = 0; i < count; i++, p += t, o += u) copyRow(x, p, s, z, o, r, n);
  else {
    for (let i = 0; i < count; i++, p += t, o += u) {
      for (let j = 0, a = p, b = o; j < n; j++, a += s, b += r) z[b] = x[a];
    }
  }
}
