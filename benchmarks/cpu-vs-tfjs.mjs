// Kernels of @nn/backend-cpu beside the cpu backend of TensorFlow.js, one thread each, in one process.
//
//   npm i --prefix benchmarks --no-package-lock
//   npm run --prefix benchmarks cpu-vs-tfjs -- [--json FILE] [--only SUBSTRING]
//
// Every row first compares the results of both, then runs them in turn (ours, theirs, ours, …) and reports medians.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import * as tf from "@tensorflow/tfjs";
import { denseStrides, sizeOf } from "../packages/backend/src/index.ts";
import { fusedCpu } from "../packages/backend-cpu/src/fused.ts";

const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const only = option("--only") ?? "";

await tf.setBackend("cpu");
const ours = fusedCpu();
const { kernels } = ours;

// Random, never zeros: some engines are faster on them, and half of all signs must be unpredictable.
let seed = 1;
const random = (n) => Float32Array.from({ length: n }, () => (seed = (seed * 48271) % 2147483647) / 2147483647 - 0.5);

function operand(shape, data = random(sizeOf(shape))) {
  const buffer = ours.alloc("f32", sizeOf(shape));
  ours.write(buffer, data);
  return { buffer, dtype: "f32", shape, strides: denseStrides(shape), offset: 0 };
}
const transposed = (t) => ({ ...t, shape: [...t.shape].reverse(), strides: [...t.strides].reverse() });

/** Runs a kernel as a dispatcher would: takes the output from the pool, and gives it back unless it is asked for. */
function run(kernel, inputs, shape, attrs, keep) {
  const output = {
    buffer: ours.alloc("f32", sizeOf(shape)),
    dtype: "f32",
    shape,
    strides: denseStrides(shape),
    offset: 0,
  };
  kernel.run({ inputs, outputs: [output], attrs, scalars: [], saved: [] });
  const result = keep ? ours.readSync(output.buffer) : undefined;
  ours.free(output.buffer);
  return result;
}

/** The same for TensorFlow.js. */
function runTf(f, keep) {
  const out = tf.tidy(f);
  const list = Array.isArray(out) ? out : [out];
  const data = keep ? list.map((t) => t.dataSync()) : undefined;
  for (const t of list) t.dispose();
  return data;
}

const rows = [];

/** `work` is in multiplications and additions; `repeat` makes short rows long enough for the clock. */
function row(name, { ours: mine, tfjs, work, repeat = 1, runs = 11, tolerance = 1e-4 }) {
  if (!name.includes(only)) return;
  const a = [mine(true)].flat();
  const b = tfjs(true);
  for (let i = 0; i < b.length; i++) {
    if (a[i].length !== b[i].length) throw new Error(`${name}: ${a[i].length} elements against ${b[i].length}`);
    for (let j = 0; j < b[i].length; j++) {
      const off = Math.abs(a[i][j] - b[i][j]) / Math.max(1, Math.abs(b[i][j]));
      if (!(off <= tolerance)) throw new Error(`${name}: output ${i}, element ${j}: ${a[i][j]} against ${b[i][j]}`);
    }
  }
  const time = (f) => {
    const start = performance.now();
    for (let i = 0; i < repeat; i++) f(false);
    return (performance.now() - start) / repeat;
  };
  // The engine optimizes after a number of calls, so both get a share of them first.
  const warm = Math.max(2, Math.ceil(20 / repeat));
  const slow = time(tfjs) > 2000;
  for (let i = 0; i < warm; i++) mine(false);
  for (let i = 0; i < (slow ? 0 : Math.min(warm, 5)); i++) time(tfjs);
  const times = { ours: [], tfjs: [] };
  for (let i = 0; i < (slow ? 3 : runs); i++) {
    times.ours.push(time(mine));
    times.tfjs.push(time(tfjs));
  }
  const median = (list) => list.sort((x, y) => x - y)[list.length >> 1];
  const result = { name, ours: median(times.ours), tfjs: median(times.tfjs) };
  result.ratio = result.tfjs / result.ours;
  if (work) result.gflops = work / result.ours / 1e6;
  rows.push(result);
  const ms = (value) => (value < 0.1 ? `${(value * 1000).toFixed(2)} µs` : `${value.toFixed(value < 10 ? 2 : 0)} ms`);
  console.log(
    `${name.padEnd(44)}${ms(result.ours).padStart(12)}${ms(result.tfjs).padStart(12)}${`${result.ratio.toFixed(1)}×`.padStart(10)}${(result.gflops?.toFixed(1) ?? "").padStart(8)}`,
  );
}

console.log(`Node ${process.version}, ${cpus()[0].model}, one thread, f32, medians\n`);
console.log(
  `${"".padEnd(44)}${"ours".padStart(12)}${"tfjs cpu".padStart(12)}${"ratio".padStart(10)}${"GF/s".padStart(8)}`,
);

for (const [n, mode] of [
  [64, "NN"],
  [128, "NN"],
  [256, "NN"],
  [512, "NN"],
  [512, "NT"],
  [512, "TN"],
]) {
  const x = random(n * n);
  const y = random(n * n);
  const a = mode === "TN" ? transposed(operand([n, n], x)) : operand([n, n], x);
  const b = mode === "NT" ? transposed(operand([n, n], y)) : operand([n, n], y);
  const ta = tf.tensor2d(x, [n, n]);
  const tb = tf.tensor2d(y, [n, n]);
  row(`matmul ${n} ${mode}`, {
    ours: (keep) => run(kernels.matmul, [a, b], [n, n], undefined, keep),
    tfjs: (keep) => runTf(() => tf.matMul(ta, tb, mode === "TN", mode === "NT"), keep),
    work: 2 * n ** 3,
    repeat: n < 256 ? 10 : 1,
  });
}

{
  const [xShape, wShape, yShape] = [
    [32, 32, 14, 14],
    [64, 32, 3, 3],
    [32, 64, 14, 14],
  ];
  const x = operand(xShape);
  const w = operand(wShape);
  const g = operand(yShape);
  const attrs = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1, activation: "none" };
  // TensorFlow.js computes in its own layout (NHWC) and is timed in it; only the check transposes.
  const nhwc = (t) => tf.tidy(() => tf.tensor4d(ours.readSync(t.buffer), t.shape).transpose([0, 2, 3, 1]));
  const [tx, tg] = [nhwc(x), nhwc(g)];
  const tw = tf.tidy(() => tf.tensor4d(ours.readSync(w.buffer), wShape).transpose([2, 3, 1, 0]));
  const nchw = (t) => t.transpose([0, 3, 1, 2]);
  const work = 2 * 32 * 14 * 14 * 64 * 32 * 9;
  const forward = (keep) => run(kernels.conv2d, [x, w], yShape, attrs, keep);
  row("conv 3×3 same, n32 c32→64 14², forward", {
    ours: forward,
    tfjs: (keep) => runTf(() => (keep ? nchw(tf.conv2d(tx, tw, 1, "same")) : tf.conv2d(tx, tw, 1, "same")), keep),
    work,
  });
  const both = tf.grads((a, b) => tf.conv2d(a, b, 1, "same"));
  row("the same, forward + backward", {
    ours: (keep) => [
      forward(keep),
      run(kernels.conv2dGradInput, [g, w], xShape, { ...attrs, inputShape: xShape }, keep),
      run(kernels.conv2dGradWeight, [x, g], wShape, { ...attrs, weightShape: wShape }, keep),
    ],
    tfjs: (keep) =>
      runTf(() => {
        const [dx, dw] = both([tx, tw], tg);
        if (!keep) return [dx, dw];
        return [nchw(tf.conv2d(tx, tw, 1, "same")), nchw(dx), dw.transpose([3, 2, 0, 1])];
      }, keep),
    work: 3 * work,
    tolerance: 1e-3,
  });
  const pool = { kernelSize: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1] };
  const p = operand([32, 32, 28, 28]);
  const tp = nhwc(p);
  row("max pool 2×2, n32 c32 28², forward", {
    ours: (keep) => run(kernels.maxPool2d, [p], [32, 32, 14, 14], pool, keep),
    tfjs: (keep) => runTf(() => (keep ? nchw(tf.maxPool(tp, 2, 2, "valid")) : tf.maxPool(tp, 2, 2, "valid")), keep),
  });
}

{
  const n = 1_000_000;
  const [x, y] = [random(n), random(n)];
  const [a, b] = [operand([n], x), operand([n], y)];
  const [ta, tb] = [tf.tensor1d(x), tf.tensor1d(y)];
  row("add, 1e6", {
    ours: (keep) => run(kernels.binary, [a, b], [n], { kind: "add" }, keep),
    tfjs: (keep) => runTf(() => tf.add(ta, tb), keep),
  });
  for (const kind of ["exp", "relu", "tanh"]) {
    row(`${kind}, 1e6`, {
      ours: (keep) => run(kernels.unary, [a], [n], { kind }, keep),
      tfjs: (keep) => runTf(() => tf[kind](ta), keep),
    });
  }
  row("sum, 1e6", {
    ours: (keep) => run(kernels.reduce, [a], [1], { kind: "sum", axes: [0] }, keep),
    tfjs: (keep) => runTf(() => tf.sum(ta), keep),
    tolerance: 1e-2,
  });
  const [sa, sb] = [operand([8]), operand([8])];
  const [tsa, tsb] = [tf.tensor1d(ours.readSync(sa.buffer)), tf.tensor1d(ours.readSync(sb.buffer))];
  row("add of 8 elements, with its output (overhead)", {
    ours: (keep) => run(kernels.binary, [sa, sb], [8], { kind: "add" }, keep),
    tfjs: (keep) => runTf(() => tf.add(tsa, tsb), keep),
    repeat: 10_000,
  });
}

const file = option("--json");
if (file) {
  const about = { node: process.version, cpu: cpus()[0].model, threads: 1, tfjs: tf.version.tfjs, unit: "ms" };
  writeFileSync(file, `${JSON.stringify({ about, rows }, null, 2)}\n`);
}
