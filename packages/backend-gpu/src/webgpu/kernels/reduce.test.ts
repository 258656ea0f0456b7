import type { ReduceKind, Shape } from "@nn/backend";
import { expect, it } from "vitest";
import { call, host, random } from "../../testing/harness.js";
import { describeOnDevice } from "../../testing/test-on-device.js";
import { expectSameAsCpu } from "../../testing/test-same-as-cpu.js";

describeOnDevice("reduce in WGSL", (backend) => {
  const next = random(9);
  const kept = (shape: Shape, axes: readonly number[]) => shape.map((d, k) => (axes.includes(k) ? 1 : d));

  it.each([
    ["rows", [5, 700], [1]],
    ["columns", [700, 37], [0]],
    ["few columns", [300, 3], [0]],
    ["everything", [40, 30, 11], [0, 1, 2]],
    ["everything, by many workgroups", [9, 20_000], [0, 1]],
    ["one row, by many workgroups", [1, 100_000], [1]],
    ["channels", [6, 3, 8, 9], [0, 2, 3]],
    ["columns, by many workgroups", [3000, 20], [0]],
  ] as const)("%s: all kinds", async (_, shape, axes) => {
    for (const kind of ["sum", "prod", "max", "min", "any", "all"] as readonly ReduceKind[]) {
      const dtype = kind === "any" || kind === "all" ? "bool" : "f32";
      const rare = kind === "all" ? 1 : 0;
      const value = {
        bool: () => (next(0, 1) < 0.001 ? 1 - rare : rare),
        // Fractions of which every order gives the same sum.
        f32: () => (kind === "prod" ? next(0.99, 1.01) : Math.round(next(-64, 64)) / 64),
      };
      await expectSameAsCpu(backend(), ({ kernels }) => kernels.reduce, {
        inputs: [host(dtype, shape, value[dtype])],
        outputs: [{ dtype, shape: kept(shape, axes) }],
        attrs: { kind, axes },
      });
    }
  });

  it("folds permuted, flipped and repeated views", async () => {
    const x = host("f32", [4, 100, 3, 6], () => next(-1, 1), [0, 1, -100, 300], 200, 1800);
    for (const axes of [[1], [0, 1], [0, 3, 1], [2, 3]]) {
      await expectSameAsCpu(backend(), ({ kernels }) => kernels.reduce, {
        inputs: [x],
        outputs: [{ dtype: "f32", shape: kept(x.shape, axes) }],
        attrs: { kind: "sum", axes: axes.toSorted() },
      });
    }
  });

  it("keeps NaN in max and min, from any place", async () => {
    const x = host("f32", [3, 300], (i) => (i === 0 || i === 450 || i === 899 ? Number.NaN : i));
    for (const kind of ["max", "min"] as const) {
      const result = await call(
        backend(),
        backend().kernels.reduce,
        [x],
        { dtype: "f32", shape: [3, 1] },
        { kind, axes: [1] },
      );
      expect(result).toEqual([NaN, NaN, NaN]);
    }
  });

  it("folds what is all minus infinity", async () => {
    const x = host("f32", [1, 70], () => Number.NEGATIVE_INFINITY);
    const attrs = { kind: "max", axes: [1] } as const;
    const result = await call(backend(), backend().kernels.reduce, [x], { dtype: "f32", shape: [1, 1] }, attrs);
    expect(result).toEqual([-Infinity]);
  });
});
