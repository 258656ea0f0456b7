import type { DType } from "@nn/backend";
import { denseStrides } from "@nn/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backend, layouts, matrix, operand, run, values } from "../test-helpers.js";

const { copy, concat, cast } = backend.kernels;
const dtype = fc.constantFrom<DType>("f32", "i32", "bool");
const size = fc.tuple(fc.integer({ min: 1, max: 67 }), fc.integer({ min: 1, max: 67 }));

describe("copy", () => {
  it("makes any layout dense", () => {
    fc.assert(
      fc.property(size, fc.constantFrom(...layouts), dtype, (shape, lay, type) => {
        const { x, list } = matrix(lay, type, shape);
        expect(run(copy, [x], [[type, shape]], {})[0]).toEqual(list);
      }),
      { numRuns: 200 },
    );
  });

  it("permutes the axes of four-dimensional tensors in all ways", () => {
    const extents = fc.tuple(...[1, 2, 3, 4].map(() => fc.integer({ min: 1, max: 9 })));
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    fc.assert(
      fc.property(extents, order, dtype, (shape, axes, type) => {
        const data = values(
          type,
          shape.reduce((n, d) => n * d),
        );
        const steps = denseStrides(shape);
        const permuted = axes.map((axis) => shape[axis]);
        const strides = axes.map((axis) => steps[axis]);
        const expected: number[] = [];
        const visit = (d: number, at: number): void => {
          if (d === 4) expected.push(data[at]);
          else for (let i = 0; i < permuted[d]; i++) visit(d + 1, at + i * strides[d]);
        };
        visit(0, 0);
        expect(run(copy, [operand(type, permuted, data, strides)], [[type, permuted]], {})[0]).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("pads and crops", () => {
    const shift = fc.integer({ min: -4, max: 4 });
    fc.assert(
      fc.property(size, size, shift, shift, dtype, ([m, n], out, top, left, type) => {
        const { x, list } = matrix("dense", type, [m, n]);
        const expected = Array.from({ length: out[0] * out[1] }, (_, i) => {
          const [r, c] = [Math.floor(i / out[1]) - top, (i % out[1]) - left];
          return r >= 0 && r < m && c >= 0 && c < n ? list[r * n + c] : 1;
        });
        expect(run(copy, [x], [[type, out]], { before: [top, left] }, [1])[0]).toEqual(expected);
      }),
    );
  });

  it("reads overlapping windows", () => {
    const x = operand("f32", [4, 3], [0, 1, 2, 3, 4, 5], [1, 1]);
    expect(run(copy, [x], [["f32", [4, 3]]], {})[0]).toEqual([0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5]);
  });
});

describe("concat", () => {
  it("joins layouts of every dtype along both axes", () => {
    const two = fc.tuple(fc.constantFrom(...layouts), fc.constantFrom(...layouts));
    fc.assert(
      fc.property(size, two, dtype, fc.constantFrom(0, 1), ([m, n], [first, second], type, axis) => {
        const a = matrix(first, type, [m, n]);
        const b = matrix(second, type, [m, n]);
        const shape = axis === 0 ? [2 * m, n] : [m, 2 * n];
        const rows = Array.from({ length: m }, (_, i) => [a, b].map(({ list }) => list.slice(i * n, (i + 1) * n)));
        const expected = axis === 0 ? [...a.list, ...b.list] : rows.flat(2);
        expect(run(concat, [a.x, b.x], [[type, shape]], { axis })[0]).toEqual(expected);
      }),
    );
  });
});

describe("cast", () => {
  const to: Readonly<Record<string, (x: number) => number>> = {
    f32: (x) => x,
    i32: (x) => Math.trunc(x) + 0,
    bool: (x) => Number(x !== 0),
  };
  it("converts every layout between all dtypes", () => {
    fc.assert(
      fc.property(size, fc.constantFrom(...layouts), dtype, dtype, (shape, lay, from, target) => {
        const { x, list } = matrix(lay, from, shape);
        expect(run(cast, [x], [[target, shape]], undefined)[0]).toEqual(list.map(to[target]));
      }),
      { numRuns: 200 },
    );
  });
});
