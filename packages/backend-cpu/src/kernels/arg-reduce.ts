import type { ArgReduceAttrs, Kernel, TypedArray } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { walk } from "../walk.js";

export const argReduce: Kernel<ArgReduceAttrs> = {
  run({ inputs, outputs, attrs: { kind, axis } }) {
    const input = inputs[0];
    const { shape, strides } = input;
    const x = arrayOf(input);
    const z = arrayOf(outputs[0]);
    const find = kind === "argMax" ? argMax : argMin;
    walk.begin();
    for (let d = shape.length - 1; d >= 0; d--) if (d !== axis) walk.dimension(shape[d], strides[d], 0, 0);
    walk.end(input.offset, 0, 0);
    let o = 0;
    do {
      let p = walk.p0;
      for (let i = 0; i < walk.length; i++, p += walk.s0) z[o++] = find(x, p, strides[axis], shape[axis]);
    } while (walk.next());
  },
};

function argMax(x: TypedArray, p: number, s: number, n: number): number {
  let best = -Infinity;
  let at = 0;
  for (let i = 0; i < n; i++, p += s) {
    const v = x[p];
    if (v > best) {
      best = v;
      at = i;
    } else if (v !== v) return i;
  }
  return at;
}

function argMin(x: TypedArray, p: number, s: number, n: number): number {
  let best = Infinity;
  let at = 0;
  for (let i = 0; i < n; i++, p += s) {
    const v = x[p];
    if (v < best) {
      best = v;
      at = i;
    } else if (v !== v) return i;
  }
  return at;
}
