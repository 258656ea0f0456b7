import { expect, it } from "vitest";
import { type Host, host, random } from "../../testing/harness.js";
import { describeOnDevice } from "../../testing/test-on-device.js";
import { callAll, expectClose, expectSameAsCpu } from "../../testing/test-same-as-cpu.js";

const eps = 1e-5;
const f32 = (...shapes: readonly (readonly number[])[]) => shapes.map((shape) => ({ dtype: "f32", shape }) as const);

/** Mean and variance in f64. */
function moments(values: readonly number[]): [mean: number, variance: number] {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return [mean, values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length];
}

/** What normalizing elements gives, and the gradients, in f64. */
function normalized(x: readonly number[], g: readonly number[], weights: readonly number[]) {
  const [mean, variance] = moments(x);
  const scale = 1 / Math.sqrt(variance + eps);
  const normal = x.map((v) => (v - mean) * scale);
  const inner = g.map((v, i) => v * weights[i]);
  const average = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [level, slope] = [average(inner), average(inner.map((v, i) => v * normal[i]))];
  const dx = inner.map((v, i) => (v - level - normal[i] * slope) * scale);
  return { mean, variance, normal, dx, dots: g.map((v, i) => v * normal[i]) };
}

const sum = (values: readonly number[]) => values.reduce((total, v) => total + v, 0);
const column = (rows: readonly (readonly number[])[], k: number) => rows.map((row) => row[k]);

describeOnDevice("kernels in WGSL that walk through rows", (backend) => {
  const next = random(17);
  const floats = (...shape: readonly number[]) => host("f32", shape, () => next(-1, 1));
  const rowsOf = ({ data, shape }: Host) =>
    Array.from({ length: shape[0] }, (_, i) => [...data.slice(i * shape[1], (i + 1) * shape[1])]);

  // A thread, 64 threads, 256 threads a row; sums of columns in one part and in two.
  it.each([
    [70, 5],
    [3, 100],
    [2, 1000],
    [600, 20],
  ])("layerNorm and its gradient, %i rows of %i", async (m, n) => {
    const x = host("f32", [m, n], () => 30 + next(-1, 1));
    const [weight, bias, g] = [floats(n), floats(n), floats(m, n)];
    const { kernels } = backend();
    const outputs = f32([m, n], [m], [m]);
    const call = { inputs: [x, weight, bias], outputs, attrs: { eps } };
    const [y, mean, variance] = await callAll(backend(), kernels.layerNorm!, call);
    const gradients = rowsOf(g);
    const wanted = rowsOf(x).map((row, i) => normalized(row, gradients[i], [...weight.data]));
    const scaled = wanted.flatMap(({ normal }) => normal.map((v, k) => v * weight.data[k] + bias.data[k]));
    expectClose(y, scaled, 2e-4);
    expectClose(
      mean,
      wanted.map((row) => row.mean),
    );
    expectClose(
      variance,
      wanted.map((row) => row.variance),
    );
    const statistics = [host("f32", [m], (i) => mean[i]), host("f32", [m], (i) => variance[i])];
    const [dx, dw, db] = await callAll(backend(), kernels.layerNormGrad!, {
      inputs: [x, ...statistics, g, weight],
      outputs: f32([m, n], [n], [n]),
      attrs: { eps },
    });
    expectClose(
      dx,
      wanted.flatMap((row) => row.dx),
      2e-4,
    );
    const dots = wanted.map((row) => row.dots);
    expectClose(
      dw,
      Array.from({ length: n }, (_, k) => sum(column(dots, k))),
      2e-4,
    );
    expectClose(
      db,
      Array.from({ length: n }, (_, k) => sum(column(gradients, k))),
    );
  });

  // Several workgroups for each channel; a mean far from 0, where the mean of squares would lose all digits.
  it.each([
    [4, 3, 40, 50, 100],
    [6, 2, 1, 1, 0],
    [2, 600, 3, 1, 5],
  ])("batchNorm and its gradient, (%i, %i, %i, %i) around %i", async (n, c, height, width, center) => {
    const inner = height * width;
    const shape = [n, c, height, width];
    const x = host("f32", shape, () => center + next(-1, 1));
    const [weight, bias, g] = [floats(c), floats(c), floats(...shape)];
    const channel = ({ data }: Host, k: number) =>
      Array.from({ length: n }, (_, i) => [...data.slice((i * c + k) * inner, (i * c + k + 1) * inner)]).flat();
    const wanted = Array.from({ length: c }, (_, k) =>
      normalized(channel(x, k), channel(g, k), new Array<number>(n * inner).fill(weight.data[k])),
    );
    const { kernels } = backend();
    const [y, mean, variance] = await callAll(backend(), kernels.batchNorm!, {
      inputs: [x, weight, bias],
      outputs: f32(shape, [c], [c]),
      attrs: { eps },
    });
    const result = (values: readonly number[], k: number) =>
      channel(
        host("f32", shape, (i) => values[i]),
        k,
      );
    expectClose(
      mean,
      wanted.map((one) => one.mean),
      1e-6,
    );
    expectClose(
      variance,
      wanted.map((one) => one.variance),
    );
    const [dx, dw, db] = await callAll(backend(), kernels.batchNormGrad!, {
      inputs: [x, host("f32", [c], (i) => mean[i]), host("f32", [c], (i) => variance[i]), g, weight],
      outputs: f32(shape, [c], [c]),
      attrs: { eps },
    });
    for (let k = 0; k < c; k += 97) {
      expectClose(
        result(y, k),
        wanted[k].normal.map((v) => v * weight.data[k] + bias.data[k]),
        1e-3,
      );
      expectClose(result(dx, k), wanted[k].dx, 1e-3);
    }
    expectClose(
      dw,
      wanted.map((one) => sum(one.dots)),
      1e-3,
    );
    expectClose(
      db,
      Array.from({ length: c }, (_, k) => sum(channel(g, k))),
    );
  });

  it.each([
    [50, 3],
    [3, 65],
    [2, 1500],
  ])("softmax along both axes and cross entropy, %i × %i", async (m, n) => {
    const x = host("f32", [m, n], () => next(-20, 20));
    const { kernels } = backend();
    const rows = rowsOf(x);
    for (const axis of [0, 1]) {
      const line = (i: number, k: number) => (axis === 1 ? rows[i] : column(rows, k));
      const share = rows.flatMap((row, i) =>
        row.map((v, k) => v - Math.log(sum(line(i, k).map((other) => Math.exp(other))))),
      );
      const call = { inputs: [x], outputs: f32([m, n]), attrs: { axis } };
      expectClose((await callAll(backend(), kernels.softmax!, call))[0], share.map(Math.exp));
      expectClose((await callAll(backend(), kernels.logSoftmax!, call))[0], share, 1e-6);
    }
    const target = host("i32", [m], (i) => (i * 7) % n);
    const outputs = f32([m]);
    const inputs = [x, target];
    await expectSameAsCpu(backend(), (of) => of.kernels.softmaxCrossEntropy, { inputs, outputs, attrs: undefined });
    await expectSameAsCpu(backend(), (of) => of.kernels.softmaxCrossEntropyGrad, {
      inputs: [x, target, floats(m)],
      outputs: f32([m, n]),
      attrs: undefined,
    });
  });

  it("keeps NaN and infinities in a softmax row to themselves", async () => {
    const values = [1, NaN, 2, 1, 2, 3, Infinity, 1, 0, -Infinity, 0, 0];
    const x = host("f32", [4, 3], (i) => values[i]);
    const call = { inputs: [x], outputs: f32([4, 3]), attrs: { axis: 1 } };
    const [y] = await callAll(backend(), backend().kernels.softmax!, call);
    expect(y.map(Number.isNaN)).toEqual([true, true, true, false, false, false, true, true, true, false, false, false]);
    expect(y.slice(9)).toEqual([0, 0.5, 0.5]);
  });

  it("adds up the rows of an embedding's gradient, more tokens than threads and wider rows", async () => {
    const [m, n, d] = [300, 7, 200];
    // One row without a token, and tokens without a row.
    const index = host("i32", [m], (i) => (i % 11 === 0 ? -1 : [0, 1, 2, 4, 5, 6, 9][(i * 5) % 7]));
    const g = floats(m, d);
    const [dw] = await callAll(backend(), backend().kernels.embeddingGrad!, {
      inputs: [index, g],
      outputs: f32([n, d]),
      attrs: { weightShape: [n, d], paddingIndex: 4 },
    });
    const wanted = new Array<number>(n * d).fill(0);
    index.data.forEach((row, i) => {
      if (row < 0 || row >= n || row === 4) return;
      for (let k = 0; k < d; k++) wanted[row * d + k] += g.data[i * d + k];
    });
    expectClose(dw, wanted);
  });
});
