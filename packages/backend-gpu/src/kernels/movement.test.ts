import { describe, expect, it } from "vitest";
import { backendOver } from "../backend-over.js";
import { call, elementAt, expected, host, random } from "../testing/harness.js";
import { modes, TestEngine } from "../testing/test-engine.js";

describe.each(modes)("%s mode", (mode) => {
  const backend = backendOver(new TestEngine(mode));
  const { kernels } = backend;
  const next = random(9);

  describe("copy", () => {
    it("reads a permuted, flipped slice", async () => {
      const x = host("f32", [3, 2, 4], () => next(-1, 1), [-4, 12, 1], 8, 24);
      const wanted = expected(x.shape, (at) => elementAt(x, at));
      expect(await call(backend, kernels.copy, [x], x, {})).toEqual(wanted);
    });

    it("takes overlapping windows", async () => {
      const x = host("i32", [5, 3], (i) => i, [1, 1], 1, 9);
      const wanted = expected(x.shape, (at) => elementAt(x, at));
      expect(await call(backend, kernels.copy, [x], x, {})).toEqual(wanted);
    });

    it.each([
      { before: [1, 2], shape: [5, 6] },
      { before: [-1, 1], shape: [2, 3] },
      { before: [0, -2], shape: [3, 4] },
    ])("pads by $before", async ({ before, shape }) => {
      const x = host("f32", [3, 4], () => next(-1, 1), [1, 3], 2, 14);
      const wanted = expected(shape, ([r, c]) => {
        const at = [r - before[0], c - before[1]];
        return at.every((v, k) => v >= 0 && v < x.shape[k]) ? elementAt(x, at) : -0.5;
      });
      expect(await call(backend, kernels.copy, [x], { dtype: "f32", shape }, { before }, [-0.5])).toEqual(wanted);
    });

    it("pads an empty operand", async () => {
      const x = host("f32", [0], () => 0, [1], 0, 1);
      expect(await call(backend, kernels.copy, [x], { dtype: "f32", shape: [2] }, { before: [1] }, [3])).toEqual([
        3, 3,
      ]);
    });

    it("copies a scalar with an offset", async () => {
      const x = host("f32", [], (i) => i, [], 3, 5);
      expect(await call(backend, kernels.copy, [x], x, {})).toEqual([3]);
    });
  });

  describe("concat", () => {
    it.each([0, 1, 2])("joins strided operands along axis %i", async (axis) => {
      const sizes = [2, 1, 3];
      const inputs = sizes.map((size, i) => {
        const shape = [2, 3, 2].map((d, k) => (k === axis ? size : d));
        const strides = i === 1 ? [1, 2, 6] : [-6, 2, 1];
        return host("f32", shape, () => next(-1, 1), strides, i === 1 ? 0 : 20, 60);
      });
      const shape = [2, 3, 2].map((d, k) => (k === axis ? 6 : d));
      const wanted = expected(shape, (at) => {
        let i = 0;
        while (at[axis] >= sizes[i]) at[axis] -= sizes[i++];
        return elementAt(inputs[i], at);
      });
      expect(await call(backend, kernels.concat, inputs, { dtype: "f32", shape }, { axis })).toEqual(wanted);
    });

    it("takes as many operands as it says", async () => {
      const inputs = Array.from({ length: backend.capabilities.maxInputs }, (_, i) => host("i32", [1], () => i));
      const shape = [inputs.length];
      const joined = await call(backend, kernels.concat, inputs, { dtype: "i32", shape }, { axis: 0 });
      expect(joined).toEqual(inputs.map((_, i) => i));
    });
  });

  describe("gather and scatterAdd", () => {
    it.each([0, 1])("gathers along axis %i of a transposed view; out of range gives NaN", async (axis) => {
      const x = host("f32", [4, 3], () => next(-1, 1), [1, 4], 1, 13);
      const shape = axis === 0 ? [5, 2] : [4, 5];
      const index = host("i32", shape, (i) => [0, 2, -1, 1, 9, 2, 0][i % 7], [1, shape[0]]);
      const wanted = expected(shape, (at) => {
        const i = elementAt(index, at);
        return i < 0 || i >= x.shape[axis] ? Number.NaN : elementAt(x, at.with(axis, i));
      });
      expect(await call(backend, kernels.gather, [x, index], { dtype: "f32", shape }, { axis })).toEqual(wanted);
    });

    it("gathers 0 for an index out of range of integers", async () => {
      const x = host("i32", [2], (i) => i + 5);
      const index = host("i32", [3], (i) => [1, 2, 0][i]);
      const out = { dtype: "i32", shape: [3] } as const;
      expect(await call(backend, kernels.gather, [x, index], out, { axis: 0 })).toEqual([6, 0, 5]);
    });

    it.each([0, 1])(
      "adds updates along axis %i with repeats, out-of-range indices and a smaller index",
      async (axis) => {
        const base = host("f32", [4, 3], () => next(-1, 1), [3, -1], 2, 12);
        const shape = axis === 0 ? [6, 2] : [3, 5];
        const index = host("i32", shape, (i) => [0, 2, -1, 1, 9, 2, 0][i % 7], [1, shape[0]]);
        const updates = host("f32", shape, () => next(-1, 1), [0, 1], 0, 6);
        const sums = new Map(
          Array.from(
            expected(base.shape, (at) => elementAt(base, at)),
            (v, i) => [i, v] as const,
          ),
        );
        expected(shape, (at) => {
          const [r, c] = at.with(axis, elementAt(index, at));
          const hit = r >= 0 && r < 4 && c >= 0 && c < 3;
          if (hit) sums.set(r * 3 + c, (sums.get(r * 3 + c) ?? 0) + elementAt(updates, at));
          return 0;
        });
        const result = await call(backend, kernels.scatterAdd, [base, index, updates], base, { axis });
        result.forEach((v, i) => expect(v).toBeCloseTo(sums.get(i) ?? Number.NaN, 6));
      },
    );
  });
});
