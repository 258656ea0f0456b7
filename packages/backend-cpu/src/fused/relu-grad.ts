import type { Kernel, TypedArray } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { walk } from "../walk.js";

// [0, g]: chosen by an index, because a jump would be mispredicted on random signs. Multiplying would make 0 · ∞ a NaN.
const choice = new Float64Array(2);

export const reluGrad: Kernel<undefined> = {
  inPlace: [[0, 0]],
  run({ inputs, outputs }) {
    const [gradient, y] = inputs;
    const g = arrayOf(gradient);
    const x = arrayOf(y);
    const z = arrayOf(outputs[0]);
    walk.start(outputs[0].shape, gradient, y, outputs[0]);
    do mask(g, walk.p0, walk.s0, x, walk.p1, walk.s1, z, walk.p2, walk.length);
    while (walk.next());
  },
};

function mask(
  g: TypedArray,
  p: number,
  s: number,
  y: TypedArray,
  q: number,
  t: number,
  z: TypedArray,
  o: number,
  n: number,
): void {
  for (let i = 0; i < n; i++, p += s, q += t) {
    choice[1] = g[p];
    z[o + i] = choice[+(y[q] > 0)];
  }
}
