import type { Kernel, Operand, ReduceAttrs } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { Walk } from "../walk.js";
import { reduceLoops } from "./reduce-loops.js";

const kept = new Walk();
const reduced = new Walk();
// Results of one row of the output, in f64.
let totals = new Float64Array(256);

/*
 * Two walks: over the kept dimensions, and from each place over the reduced ones. When the elements of an output row
 * lie closer together than those that are reduced (a reduction over leading axes), a whole output row is kept in
 * `totals` and input rows are added to it; else each output element is folded by itself. All arithmetic is f64.
 */
export const reduce: Kernel<ReduceAttrs> = {
  run({ inputs, outputs, attrs: { kind, axes } }) {
    const input = inputs[0];
    const x = arrayOf(input);
    const z = arrayOf(outputs[0]);
    const { initial, fold, merge } = reduceLoops[kind];
    split(input, axes);
    let o = 0;
    if (kept.length > 1 && Math.abs(kept.s0) < Math.abs(reduced.s0)) {
      const n = kept.length;
      if (n > totals.length) totals = new Float64Array(n);
      do {
        totals.fill(initial, 0, n);
        reduced.p0 = kept.p0;
        do {
          let p = reduced.p0;
          for (let i = 0; i < reduced.length; i++, p += reduced.s0) merge(totals, x, p, kept.s0, n);
        } while (reduced.next());
        for (let i = 0; i < n; i++) z[o++] = totals[i];
      } while (kept.next());
      return;
    }
    do {
      let p = kept.p0;
      for (let i = 0; i < kept.length; i++, p += kept.s0) {
        let total = initial;
        reduced.p0 = p;
        do total = fold(total, x, reduced.p0, reduced.s0, reduced.length);
        while (reduced.next());
        z[o++] = total;
      }
    } while (kept.next());
  },
};

/** Sets up both walks over the input. */
function split(input: Operand, axes: readonly number[]): void {
  const { shape, strides } = input;
  kept.begin();
  reduced.begin();
  let a = axes.length - 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (axes[a] === d) {
      reduced.dimension(shape[d], strides[d], 0, 0);
      a--;
    } else kept.dimension(shape[d], strides[d], 0, 0);
  }
  kept.end(input.offset, 0, 0);
  reduced.end(input.offset, 0, 0);
}
