import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backend, layouts, matrix, operand, run, values } from "../test-helpers.js";

const { gather, scatterAdd } = backend.kernels;
const size = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 35 }));
const lay = fc.constantFrom(...layouts);
const axis = fc.constantFrom(0, 1);

/** Places of a matrix that an index names, most of them inside. */
const indexOf = (count: number, extent: number) => values("i32", count).map((v) => (v % (extent + 2)) - 1);

describe("gather", () => {
  it("reads where the index says, of every layout and dtype; NaN or 0 where it is out of range", () => {
    const dtypes = fc.constantFrom("f32" as const, "i32" as const, "bool" as const);
    fc.assert(
      fc.property(size, lay, dtypes, axis, fc.integer({ min: 1, max: 9 }), ([m, n], layout, dtype, along, count) => {
        const { x, list } = matrix(layout, dtype, [m, n]);
        const shape = along === 0 ? [count, n] : [m, count];
        const index = indexOf(shape[0] * shape[1], [m, n][along]);
        const expected = index.map((at, i) => {
          const [r, c] = [Math.floor(i / shape[1]), i % shape[1]];
          if (at < 0 || at >= [m, n][along]) return dtype === "f32" ? NaN : 0;
          return along === 0 ? list[at * n + c] : list[r * n + at];
        });
        const inputs = [x, operand("i32", shape, index)];
        expect(run(gather, inputs, [[dtype, shape]], { axis: along })[0]).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("copies whole rows for an embedding", () => {
    const table = operand(
      "f32",
      [3, 5],
      Array.from({ length: 15 }, (_, i) => i),
    );
    const index = operand("i32", [4, 5], [2, 0, 3, 1], [1, 0]);
    const rows = [2, 0, 3, 1].map((at) => Array.from({ length: 5 }, (_, i) => (at < 3 ? at * 5 + i : NaN)));
    expect(run(gather, [table, index], [["f32", [4, 5]]], { axis: 0 })[0]).toEqual(rows.flat());
  });
});

describe("scatterAdd", () => {
  it("adds where the index says, also twice, and nothing out of range", () => {
    const dtypes = fc.constantFrom("f32" as const, "i32" as const);
    fc.assert(
      fc.property(size, lay, lay, dtypes, axis, ([m, n], first, second, dtype, along) => {
        const base = matrix(first, dtype, [m, n]);
        const updates = matrix(second, dtype, [m, n]);
        const index = indexOf(m * n, [m, n][along]);
        const expected = [...base.list];
        index.forEach((at, i) => {
          if (at < 0 || at >= [m, n][along]) return;
          expected[along === 0 ? at * n + (i % n) : Math.floor(i / n) * n + at] += updates.list[i];
        });
        const inputs = [base.x, operand("i32", [m, n], index), updates.x];
        expect(run(scatterAdd, inputs, [[dtype, [m, n]]], { axis: along })[0]).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
