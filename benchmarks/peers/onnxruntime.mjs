// ONNX Runtime, for the web (wasm, one thread) and native. It runs models, so each row becomes one: weights are constants
// in it, which it packs when it loads the model. Its input is copied in and its output copied out at each call.
import { operandsOf } from "../rows/inputs.mjs";
import { Cannot } from "./cannot.mjs";
import { onnxModel } from "./onnx-model.mjs";

export async function ortWeb() {
  const ort = await import("onnxruntime-web/wasm");
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.simd = true;
  // Its module loads with the first session and leaves a global `Worker` behind, which jax-js would take for a browser's.
  const { Worker } = globalThis;
  const model = onnxModel([["Exp", ["x"]]], {}, ["x", [1]]);
  await (await ort.InferenceSession.create(model, { executionProviders: ["wasm"] })).release();
  globalThis.Worker = Worker;
  return peer("ort-web", ort, ["wasm"]);
}

/** Undefined where it is not installed; it is no dependency, for its install downloads binaries. */
export async function ortNode() {
  const ort = await import("onnxruntime-node").catch(() => undefined);
  return ort && peer("ort-node", ort.default ?? ort, ["cpu"]);
}

const version = (ort) => ort.env.versions.web ?? ort.env.versions.node ?? ort.env.versions.common;

function peer(name, ort, executionProviders) {
  return {
    name,
    version: version(ort),
    async prepare(row) {
      const graph = graphs[row.op];
      if (graph === undefined) throw new Cannot("runs models, has no gradients");
      const inputName = row.op === "matmul" ? "a" : "x";
      const { [inputName]: x, g: _, ...weights } = (operands[row.op] ?? operandsOf)(row);
      const model = onnxModel(graph(row), weights, [inputName, x.shape]);
      const session = await ort.InferenceSession.create(model, {
        executionProviders,
        graphOptimizationLevel: "all",
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
      });
      const feeds = { [inputName]: new ort.Tensor("float32", x.data, x.shape) };
      const run = async () => (await session.run(feeds)).y.data;
      const back = backs[row.op] ?? ((y) => y);
      return { run, outputs: async () => [back(await run(), row)], dispose: () => session.release() };
    },
  };
}

/** Time first, a leading axis of directions, and gates in its own order (i o f c; z r h). */
function recurrentOperands(row) {
  const { x, wih, whh, bih, bhh } = operandsOf(row);
  const { kind, gates, size } = row.attrs;
  const order = kind === "LSTM" ? [0, 3, 1, 2] : [1, 0, 2];
  const turn = ({ shape, data }) => {
    const block = data.length / gates;
    const parts = order.map((gate) => data.subarray(gate * block, (gate + 1) * block));
    return { shape: [1, ...shape], data: Float32Array.from(parts.flatMap((part) => [...part])) };
  };
  const [bi, bh] = [turn(bih), turn(bhh)];
  const [n, t, i] = x.shape;
  return {
    x: { shape: [t, n, i], data: swapped(x.data, n, t, i) },
    w: turn(wih),
    r: turn(whh),
    b: { shape: [1, 2 * gates * size], data: Float32Array.of(...bi.data, ...bh.data) },
  };
}
/** (a, b, c) → (b, a, c) */
function swapped(data, a, b, c) {
  const out = new Float32Array(data.length);
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++) out.set(data.subarray((i * b + j) * c, (i * b + j + 1) * c), (j * a + i) * c);
  return out;
}
/** Matrices the way MatMul takes them, and the shapes of heads. */
function attentionOperands(row) {
  const { x, wqkv, bqkv, wo, bo } = operandsOf(row);
  const [n, l, d] = x.shape;
  const { heads } = row.attrs;
  const turned = ({ shape: [rows, columns], data }) => ({
    shape: [columns, rows],
    data: swapped(data, rows, columns, 1),
  });
  const shape = (...sizes) => ({ shape: [sizes.length], data: BigInt64Array.from(sizes, BigInt) });
  const number = (i) => ({ shape: [], data: BigInt64Array.of(BigInt(i)) });
  return {
    x,
    wqkv: turned(wqkv),
    bqkv,
    wo: turned(wo),
    bo,
    apart: shape(n, l, 3, heads, d / heads),
    joined: shape(n, l, d),
    ...Object.fromEntries(["first", "second", "third"].map((name, i) => [name, number(i)])),
    scale: { shape: [1], data: Float32Array.of(Math.sqrt(heads / d)) },
  };
}
const operands = { lstm: recurrentOperands, gru: recurrentOperands, attention: attentionOperands };
/** (t, 1, n, h) → (n, t, h) */
const batchFirst = (y, { operands: { g } }) => swapped(y, g[0][1], g[0][0], g[0][2]);
const backs = { lstm: batchFirst, gru: batchFirst };

const graphs = {
  lstm: ({ attrs: { size } }) => [["LSTM", ["x", "w", "r", "b"], { hidden_size: size }]],
  gru: ({ attrs: { size } }) => [["GRU", ["x", "w", "r", "b"], { hidden_size: size, linear_before_reset: 1 }]],
  matmul: ({ attrs: { mode } }) => [
    mode === "NN" ? ["MatMul", ["a", "b"]] : ["Gemm", ["a", "b"], mode === "NT" ? { transB: 1 } : { transA: 1 }],
  ],
  conv: ({ attrs: { stride, padding, groups }, operands: { w } }) => {
    const attributes = {
      group: groups,
      kernel_shape: w[0].slice(2),
      pads: [padding, padding, padding, padding],
      strides: [stride, stride],
    };
    return [["Conv", ["x", "w"], attributes]];
  },
  maxPool: () => [["MaxPool", ["x"], { kernel_shape: [2, 2], strides: [2, 2] }]],
  batchNorm: () => [["BatchNormalization", ["x", "weight", "bias", "mean", "variance"], { "epsilon.": 1e-5 }]],
  layerNorm: () => [["LayerNormalization", ["x", "weight", "bias"], { "epsilon.": 1e-5 }]],
  attention: () => [
    ["MatMul", ["x", "wqkv"]],
    ["Add", ["", "bqkv"]],
    ["Reshape", ["", "apart"]],
    ["Transpose", [""], { perm: [2, 0, 3, 1, 4] }],
    ["Gather", ["t3", "first"], { axis: 0 }],
    ["Gather", ["t3", "second"], { axis: 0 }],
    ["Gather", ["t3", "third"], { axis: 0 }],
    ["Transpose", ["t5"], { perm: [0, 1, 3, 2] }],
    ["MatMul", ["t4", "t7"]],
    ["Mul", ["", "scale"]],
    ["Softmax", [""], { axis: 3 }],
    ["MatMul", ["", "t6"]],
    ["Transpose", [""], { perm: [0, 2, 1, 3] }],
    ["Reshape", ["", "joined"]],
    ["MatMul", ["", "wo"]],
    ["Add", ["", "bo"]],
  ],
  softmax: () => [["Softmax", ["x"], { axis: 1 }]],
  exp: () => [["Exp", ["x"]]],
  tanh: () => [["Tanh", ["x"]]],
  gelu: () => [["Gelu", ["x"]]],
  cnn: () => [
    ["Conv", ["x", "w1", "b1"], { kernel_shape: [3, 3] }],
    ["Relu", [""]],
    ["Conv", ["", "w2", "b2"], { kernel_shape: [3, 3] }],
    ["Relu", [""]],
    ["MaxPool", [""], { kernel_shape: [2, 2], strides: [2, 2] }],
    ["Flatten", [""]],
    ["Gemm", ["", "w3", "b3"], { transB: 1 }],
    ["Relu", [""]],
    ["Gemm", ["", "w4", "b4"], { transB: 1 }],
  ],
};
