import { describe, expect, it } from "vitest";
import { at, backend, dense, eachIndex, elements, laid, layouts, run, strided, values } from "../test-helpers.js";

describe("copy", () => {
  it.each(layouts)("makes a %s operand dense", (layout) => {
    for (const shape of [[], [1], [7], [3, 1, 5], [2, 3, 4, 5], [60, 70]]) {
      for (const dtype of ["f32", "bool"] as const) {
        const input = laid(layout, dtype, shape);
        expect(run(backend.kernels.copy, [input], [[dtype, shape]], {})[0]).toEqual(elements(input));
      }
    }
  });

  it("permutes", () => {
    const strides = [1, 20, 4, 100, 300];
    const input = strided("f32", [4, 5, 5, 3, 2], strides, 0, values("f32", 600));
    expect(run(backend.kernels.copy, [input], [["f32", [4, 5, 5, 3, 2]]], {})[0]).toEqual(elements(input));
  });

  it("reads overlapping windows", () => {
    // A 3 × 2 window over a 6 × 5 image: out[i, j, y, x] = image[i + y, j + x].
    const input = strided("f32", [4, 4, 3, 2], [5, 1, 5, 1], 0, values("f32", 30));
    expect(run(backend.kernels.copy, [input], [["f32", [4, 4, 3, 2]]], {})[0]).toEqual(elements(input));
  });

  it.each(layouts)("pads and crops a %s operand", (layout) => {
    const input = laid(layout, "f64", [3, 4, 5]);
    for (const before of [
      [0, 0, 0],
      [1, 2, 0],
      [-1, 1, -2],
      [0, -3, 3],
      [5, 0, 0],
      [-4, 0, 0],
    ]) {
      for (const shape of [
        [4, 6, 7],
        [2, 1, 1],
        [3, 4, 5],
      ]) {
        const expected: number[] = [];
        eachIndex(shape, (o) => {
          const index = o.map((value, d) => value - before[d]);
          expected.push(index.every((value, d) => value >= 0 && value < input.shape[d]) ? at(input, index) : -9);
        });
        expect(run(backend.kernels.copy, [input], [["f64", shape]], { before }, [-9])[0]).toEqual(expected);
      }
    }
  });
});

describe("concat", () => {
  it("joins operands of any layout along any axis", () => {
    for (const axis of [0, 1, 2]) {
      const sizes = [1, 3, 2, 1, 4];
      const shapeOf = (size: number) => [2, 3, 50].map((n, d) => (d === axis ? size : n));
      const inputs = sizes.map((size, i) => laid(layouts[i], "f32", shapeOf(size)));
      const shape = shapeOf(11);
      const expected: number[] = [];
      eachIndex(shape, (o) => {
        let i = 0;
        let start = 0;
        while (o[axis] >= start + sizes[i]) start += sizes[i++];
        expected.push(
          at(
            inputs[i],
            o.map((value, d) => (d === axis ? value - start : value)),
          ),
        );
      });
      expect(run(backend.kernels.concat, inputs, [["f32", shape]], { axis })[0]).toEqual(expected);
    }
  });
});

describe("cast", () => {
  it("truncates to i32", () => {
    const input = dense("f64", [5], [1.9, -1.9, 0.5, -0.5, 2147483647]);
    expect(run(backend.kernels.cast, [input], [["i32", [5]]], undefined)[0]).toEqual([1, -1, 0, 0, 2147483647]);
  });

  it("makes everything but 0 true", () => {
    const input = dense("f32", [6], [0, -0, 0.5, -3, NaN, 256]);
    expect(run(backend.kernels.cast, [input], [["bool", [6]]], undefined)[0]).toEqual([0, 0, 1, 1, 1, 1]);
  });

  it.each(layouts)("converts a %s operand between all dtypes", (layout) => {
    for (const from of ["f32", "f64", "i32", "bool"] as const) {
      for (const to of ["f32", "f64", "i32", "bool"] as const) {
        const input = laid(layout, from, [3, 60]);
        const expected = elements(input).map((x) => (to === "i32" ? Math.trunc(x) : to === "bool" ? +(x !== 0) : x));
        expect(run(backend.kernels.cast, [input], [[to, [3, 60]]], undefined)[0].map((x) => x + 0)).toEqual(
          expected.map((x) => x + 0),
        );
      }
    }
  });
});

describe("fill", () => {
  it("writes a scalar of any dtype", () => {
    expect(run(backend.kernels.fill, [], [["f32", [2, 2]]], undefined, [0.5])[0]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(run(backend.kernels.fill, [], [["i32", [2]]], undefined, [-3.7])[0]).toEqual([-3, -3]);
    expect(run(backend.kernels.fill, [], [["bool", [2]]], undefined, [256])[0]).toEqual([1, 1]);
  });
});

describe("where", () => {
  it.each(layouts)("chooses between operands of any layout with a %s mask", (layout) => {
    for (const other of layouts) {
      const inputs = [laid(layout, "bool", [3, 4, 5]), laid("dense", "f32", [3, 4, 5]), laid(other, "f32", [3, 4, 5])];
      const [c, a, b] = inputs.map(elements);
      expect(run(backend.kernels.where, inputs, [["f32", [3, 4, 5]]], undefined)[0]).toEqual(
        c.map((mask, i) => (mask ? a[i] : b[i])),
      );
    }
  });

  it("does not mix a NaN in", () => {
    const inputs = [dense("bool", [2], [1, 0]), dense("f32", [2], [1, NaN]), dense("f32", [2], [NaN, 2])];
    expect(run(backend.kernels.where, inputs, [["f32", [2]]], undefined)[0]).toEqual([1, 2]);
  });
});
