import type { Operand } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { at, backend, dense, eachIndex, elements, laid, layouts, run, strided } from "../test-helpers.js";

/** Indices from -1 to `size`: both ends are out of range. */
function indices(shape: readonly number[], size: number): Operand {
  return dense(
    "i32",
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7) % (size + 2)) - 1),
  );
}

const replace = (index: readonly number[], axis: number, value: number) =>
  index.map((i, d) => (d === axis ? value : i));

describe("gather", () => {
  it.each(layouts)("reads a %s operand along every axis", (layout) => {
    for (const [axis, shape] of [
      [0, [6, 3, 5]],
      [1, [4, 2, 5]],
      [2, [3, 3, 8]],
    ] as const) {
      const x = laid(layout, "f64", [4, 3, 5]);
      const size = x.shape[axis];
      const index = indices(shape, size);
      const expected: number[] = [];
      eachIndex(shape, (o) => {
        const k = at(index, o);
        expected.push(k >= 0 && k < size ? at(x, replace(o, axis, k)) : NaN);
      });
      expect(run(backend.kernels.gather, [x, index], [["f64", shape]], { axis })[0]).toEqual(expected);
    }
  });

  it("copies whole rows where the index is broadcast, as an embedding does", () => {
    const table = dense("f32", [10, 60]);
    const index = strided("i32", [4, 60], [1, 0], 0, [3, -1, 9, 10]);
    const rows = elements(table);
    const nan = new Array<number>(60).fill(NaN);
    expect(run(backend.kernels.gather, [table, index], [["f32", [4, 60]]], { axis: 0 })[0]).toEqual([
      ...rows.slice(180, 240),
      ...nan,
      ...rows.slice(540, 600),
      ...nan,
    ]);
  });

  it("gives 0 for an index out of range of integers", () => {
    const inputs = [dense("i32", [2], [5, 6]), dense("i32", [3], [1, 2, -1])];
    expect(run(backend.kernels.gather, inputs, [["i32", [3]]], { axis: 0 })[0]).toEqual([6, 0, 0]);
  });
});

describe("scatterAdd", () => {
  it.each(layouts)("adds %s updates along every axis, duplicates and strays included", (layout) => {
    for (const [axis, shape] of [
      [0, [6, 3, 5]],
      [1, [4, 7, 5]],
      [2, [4, 3, 9]],
    ] as const) {
      const base = laid(layout, "f64", [4, 3, 5]);
      const updates = laid(layout, "f64", shape);
      const size = base.shape[axis];
      const index = indices(shape, size);
      const expected = elements(base);
      eachIndex(shape, (o) => {
        const k = at(index, o);
        if (k < 0 || k >= size) return;
        const [x, y, z] = replace(o, axis, k);
        expected[(x * 3 + y) * 5 + z] += at(updates, o);
      });
      expect(run(backend.kernels.scatterAdd, [base, index, updates], [["f64", [4, 3, 5]]], { axis })[0]).toEqual(
        expected,
      );
    }
  });

  it("works in place", () => {
    const base = dense("f32", [3], [1, 2, 3]);
    const inputs = [base, dense("i32", [4], [0, 2, 2, 5]), dense("f32", [4], [10, 20, 30, 40])];
    backend.kernels.scatterAdd.run({ inputs, outputs: [base], attrs: { axis: 0 }, scalars: [], saved: [] });
    expect(elements(base)).toEqual([11, 2, 53]);
  });
});
