import type { Kernel, TypedArray } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { Walk } from "../walk.js";

// Four operands, one more than a walk carries. The output is dense, so its rows simply follow each other.
const walk = new Walk();
const choice = new Float64Array(2);

export const where: Kernel<undefined> = {
  run({ inputs, outputs }) {
    const output = outputs[0];
    const c = arrayOf(inputs[0]);
    const x = arrayOf(inputs[1]);
    const y = arrayOf(inputs[2]);
    const z = arrayOf(output);
    walk.start(output.shape, inputs[0], inputs[1], inputs[2]);
    let o = 0;
    do {
      select(c, walk.p0, walk.s0, x, walk.p1, walk.s1, y, walk.p2, walk.s2, z, o, walk.length);
      o += walk.length;
    } while (walk.next());
  },
};

function select(
  c: TypedArray,
  r: number,
  u: number,
  x: TypedArray,
  p: number,
  s: number,
  y: TypedArray,
  q: number,
  t: number,
  z: TypedArray,
  o: number,
  n: number,
): void {
  for (let i = 0; i < n; i++, r += u, p += s, q += t) {
    // Chosen by an index: a jump would be mispredicted half of the time on a random mask.
    choice[0] = y[q];
    choice[1] = x[p];
    z[o + i] = choice[+(c[r] !== 0)];
  }
}
