import { denseStrides, type Operand, type Shape } from "@nn/backend";
import { expect, it } from "vitest";
import { call, elementAt, expected, type Host, host, random } from "../../testing/harness.js";
import { describeOnDevice } from "../../testing/test-on-device.js";
import { planOf } from "./tiles.js";

function product(a: Host, b: Host, shape: Shape): number[] {
  const steps = a.shape[a.shape.length - 1];
  return expected(shape, (at) => {
    const [lead, m, n] = [at.slice(0, -2), at[at.length - 2], at[at.length - 1]];
    let sum = 0;
    for (let k = 0; k < steps; k++) sum += elementAt(a, [...lead, m, k]) * elementAt(b, [...lead, k, n]);
    return sum;
  });
}

function expectClose(result: readonly number[], wanted: readonly number[], tolerance = 1e-5): void {
  expect(result.length).toBe(wanted.length);
  const largest = (values: readonly number[]) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const difference = largest(result.map((v, i) => v - wanted[i]));
  expect(difference).toBeLessThan(tolerance * Math.max(1, largest(wanted)));
}

/** Columns lie together. */
function transposed(shape: Shape): number[] {
  const strides = denseStrides(shape);
  const [m, n] = shape.slice(-2);
  return [...strides.slice(0, -2), 1, Math.max(m, n > 1 ? m : 1)];
}

describeOnDevice("matmul in WGSL", (backend) => {
  const next = random(3);
  const values = () => next(-1, 1);
  const run = (a: Host, b: Host, shape: Shape) =>
    call(backend(), backend().kernels.matmul, [a, b], { dtype: "f32", shape }, undefined);

  const sizes = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 40];
  it.each(sizes)("%i rows, with columns and steps from 1 to 40", async (m) => {
    for (const n of sizes) {
      const k = sizes[(sizes.indexOf(n) * 5 + m) % sizes.length];
      const a = host("f32", [m, k], values);
      const b = host("f32", [k, n], values);
      expectClose(await run(a, b, [m, n]), product(a, b, [m, n]));
    }
  });

  it.each([
    [130, 260, 33],
    [65, 70, 100],
    [20, 20, 3000],
    [1, 200, 700],
    [300, 1, 50],
  ])("%i × %i of %i steps, all transposes", async (m, n, k) => {
    for (const [ta, tb] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]) {
      const a = host("f32", [m, k], values, ta ? transposed([m, k]) : [k, 1]);
      const b = host("f32", [k, n], values, tb ? transposed([k, n]) : [n, 1]);
      expectClose(await run(a, b, [m, n]), product(a, b, [m, n]));
    }
  });

  it("takes the largest tiles, over the edges", async () => {
    const [m, n, k] = [1910, 1100, 9];
    expect(planOf({ rows: m, columns: n, steps: k, count: 1 }).tile.name).toBe("128x128");
    const a = host("f32", [m, k], values);
    const b = host("f32", [k, n], values, [1, k]);
    const result = await run(a, b, [m, n]);
    // Every element of some rows, the last among them.
    for (const row of [0, 7, 127, 128, 1023, m - 1]) {
      const line = { ...a, shape: [1, k], offset: row * k };
      expectClose(result.slice(row * n, (row + 1) * n), product(line, b, [1, n]));
    }
  });

  it("takes batches with repeated, flipped and offset operands", async () => {
    const a = host("f32", [2, 3, 4, 5], values, [60, 0, -5, 1], 15, 120);
    const b = host("f32", [2, 3, 5, 6], values, [0, 30, 6, 1], 2, 100);
    expectClose(await run(a, b, [2, 3, 4, 6]), product(a, b, [2, 3, 4, 6]));
  });

  it("takes more leading dimensions than one dispatch walks through", async () => {
    const lead = [2, 3, 2, 2, 3];
    // Every other dimension repeated, so that none of them merge.
    const a = host("f32", [...lead, 2, 3], values, [36, 0, 18, 0, 6, 3, 1], 0, 72);
    const b = host("f32", [...lead, 3, 2], values, [0, 12, 0, 6, 0, 2, 1], 0, 36);
    expectClose(await run(a, b, [...lead, 2, 2]), product(a, b, [...lead, 2, 2]));
  });

  it("multiplies a matrix with itself", async () => {
    const { kernels, alloc, write, read, free } = backend();
    const x = host("f32", [9, 9], values);
    const [source, target] = [alloc("f32", 81), alloc("f32", 81)];
    write(source, x.data);
    const operand = (buffer: Operand["buffer"], strides: number[]): Operand => ({
      buffer,
      dtype: "f32",
      shape: [9, 9],
      strides,
      offset: 0,
    });
    kernels.matmul.run({
      inputs: [operand(source, [9, 1]), operand(source, [1, 9])],
      outputs: [operand(target, [9, 1])],
      attrs: undefined,
      scalars: [],
      saved: [],
    });
    expectClose([...(await read(target))], product(x, { ...x, strides: [1, 9] }, [9, 9]));
    free(source);
    free(target);
  });

  it("keeps NaN and infinities to their rows and columns", async () => {
    const a = host("f32", [3, 2], (i) => (i === 2 ? Number.NaN : i === 5 ? Number.POSITIVE_INFINITY : 1));
    const b = host("f32", [2, 2], () => 1);
    expect(await run(a, b, [3, 2])).toEqual([2, 2, NaN, NaN, Infinity, Infinity]);
  });
});

describeOnDevice("linear in WGSL", (backend) => {
  const next = random(5);
  const linear = (x: Host, weight: Host, bias: Host | undefined, activation: "none" | "relu" | "tanh" | "sigmoid") =>
    call(
      backend(),
      backend().kernels.linear!,
      bias === undefined ? [x, weight] : [x, weight, bias],
      { dtype: "f32", shape: [x.shape[0], weight.shape[0]] },
      { activation },
    );
  const functions = {
    none: (x: number) => x,
    relu: (x: number) => Math.max(x, 0),
    tanh: Math.tanh,
    sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  };

  it.each([
    ["none", 5, 7, 6],
    ["relu", 33, 10, 100],
    ["tanh", 2, 40, 17],
    // So few elements of so many steps that the sums are split.
    ["sigmoid", 4, 3, 2000],
  ] as const)("%s of %i rows, %i outputs, %i inputs", async (activation, n, out, inputs) => {
    const x = host("f32", [n, inputs], () => next(-1, 1), [1, n]);
    const weight = host("f32", [out, inputs], () => next(-1, 1) / Math.sqrt(inputs));
    const bias = host("f32", [out], () => next(-1, 1), [-2], 2 * out, 2 * out + 1);
    for (const b of [undefined, bias]) {
      const wanted = expected([n, out], ([i, j]) => {
        let sum = b === undefined ? 0 : elementAt(b, [j]);
        for (let k = 0; k < inputs; k++) sum += elementAt(x, [i, k]) * elementAt(weight, [j, k]);
        return functions[activation](sum);
      });
      expectClose(await linear(x, weight, b, activation), wanted);
    }
  });
});

describeOnDevice("activations in WGSL", (backend) => {
  it("keep NaN and infinities, and what is near 0", async () => {
    const x = [NaN, -Infinity, Infinity, -100, 100, 1e-6, -1e-6, 0];
    const { kernels } = backend();
    const wanted = {
      relu: [NaN, 0, Infinity, 0, 100, 1e-6, 0, 0],
      tanh: [NaN, -1, 1, -1, 1, 1e-6, -1e-6, 0],
      sigmoid: [NaN, 0, 1, 0, 1, 0.5, 0.5, 0.5],
    };
    for (const activation of ["relu", "tanh", "sigmoid"] as const) {
      const inputs = [host("f32", [8, 1], (i) => x[i]), host("f32", [1, 1], () => 1)];
      const result = await call(backend(), kernels.linear!, inputs, { dtype: "f32", shape: [8, 1] }, { activation });
      result.forEach((value, i) => {
        if (Number.isFinite(wanted[activation][i])) expect(value).toBeCloseTo(wanted[activation][i], 6);
        else expect(value).toBe(wanted[activation][i]);
      });
      if (activation === "tanh") expect(result[5]).toBeCloseTo(1e-6, 11);
    }
  });
});

it("cuts products into tiles that fit them", () => {
  const plan = (rows: number, columns: number, steps: number, count = 1) => {
    const { tile, splits, share } = planOf({ rows, columns, steps, count });
    return [tile.name, splits, share * splits >= steps];
  };
  expect(plan(4096, 4096, 4096)).toEqual(["128x128", 1, true]);
  expect(plan(512, 512, 512)[0]).toBe("64x64");
  expect(plan(1, 50_000, 64)).toEqual(["16x64", 1, true]);
  expect(plan(12, 10, 8)).toEqual(["16x16", 1, true]);
  expect(plan(32, 288, 100_000)[1]).toBeGreaterThan(1);
});
