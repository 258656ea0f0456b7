import type { ReduceKind, RequiredKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";

/** Codes of assembly/reduce.ts. On 0 and 1, `any` is the largest and `all` the smallest. */
const codes: Readonly<Record<ReduceKind, number>> = { sum: 0, prod: 1, max: 2, min: 3, any: 2, all: 3 };

/** Longer rows are cut into pieces of this length, whose results are reduced again. */
const piece = 16384;

/**
 * Each run of neighbouring axes is one pass over a dense (outer, reduced, inner) array, the last one first: it leaves
 * the least for those after it. What lies between two passes is kept in scratch memory.
 */
export function reduce(context: Context): RequiredKernels["reduce"] {
  const { exports, heap } = context;

  function pass(code: number, dtype: string, x: number, z: number, outer: number, rows: number, inner: number): void {
    if (dtype !== "f32") exports.reduceIntegers(code, dtype === "i32" ? 4 : 1, x, z, outer, rows, inner);
    else if (inner > 1) exports.reduceColumns(code, x, z, outer, rows, inner);
    else if (rows <= 2 * piece) exports.reduceRows(code, x, z, outer, rows, rows);
    else {
      const pieces = Math.ceil(rows / piece);
      const partial = heap.allocate("f32", outer * pieces);
      exports.reduceRows(code, x, partial.pointer, outer, rows, piece);
      pass(code, dtype, partial.pointer, z, outer, pieces, 1);
      heap.free(partial);
    }
  }

  return {
    run({ inputs, outputs, attrs: { kind, axes } }) {
      const input = inputs[0];
      const x = densely(context, input);
      const { shape, dtype } = x;
      const code = codes[kind];
      const z = pointerOf(outputs[0]);
      let from = pointerOf(x);
      let kept: ReturnType<typeof heap.allocate> | null = null;
      let inner = 1;
      let outer = 1;
      for (let d = 0; d < shape.length; d++) outer *= shape[d];
      let axis = axes.length - 1;
      for (let d = shape.length - 1; axis >= 0; ) {
        if (axes[axis] !== d) {
          inner *= shape[d];
          outer /= shape[d--];
          continue;
        }
        // Axes of size 1 between two reduced ones join them.
        let rows = 1;
        while (d >= 0 && (axes[axis] === d || shape[d] === 1)) {
          if (axes[axis] === d) axis--;
          rows *= shape[d];
          outer /= shape[d--];
        }
        if (axis < 0) pass(code, dtype, from, z, outer, rows, inner);
        else {
          const next = heap.allocate(dtype, outer * inner);
          pass(code, dtype, from, next.pointer, outer, rows, inner);
          if (kept !== null) heap.free(kept);
          kept = next;
          from = next.pointer;
        }
      }
      if (kept !== null) heap.free(kept);
      release(context, x, input);
    },
  };
}
