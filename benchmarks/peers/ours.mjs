// Our own side: from the op or layer that a user calls, down to the kernel and back.
import { fusedCpu } from "../../packages/backend-cpu/src/fused.ts";
import { wasm } from "../../packages/backend-wasm/src/index.ts";
import * as conv from "../../packages/conv/src/index.ts";
import * as layers from "../../packages/layers/src/index.ts";
import { Adam, RMSprop } from "../../packages/optim/src/index.ts";
import * as recurrent from "../../packages/recurrent/src/index.ts";
import * as t from "../../packages/tensor/src/index.ts";
import { labels, operandsOf } from "../rows/inputs.mjs";
import { Cannot } from "./cannot.mjs";

/** @param kind "wasm" (one thread) or "cpu" (plain TypeScript, fused kernels) */
export async function ours(kind) {
  const backend = kind === "wasm" ? await wasm({ threads: 1 }) : fusedCpu();
  return {
    name: kind === "wasm" ? "@nn/backend-wasm" : "@nn/backend-cpu/fused",
    version: "this checkout",
    prepare(row) {
      const op = ops[row.op];
      if (op === undefined) throw new Cannot(`no ${row.op} in this benchmark`);
      t.setBackend(backend);
      const operands = Object.entries(operandsOf(row)).map(([name, { shape, data }]) => [
        name,
        t.tensor(data, { shape }),
      ]);
      const made = op(Object.fromEntries(operands), row.attrs);
      const { run, outputs } = typeof made === "function" ? { run: made, outputs: made } : made;
      return {
        enter: () => t.setBackend(backend),
        run,
        outputs,
        dispose: () => operands.forEach(([, tensor]) => tensor.dispose()),
      };
    },
  };
}

/** Runs `fn` and reads what it returns: the read-back is part of every figure, here and for all peers. */
const read = (fn) => t.scope(() => [fn()].flat().map((tensor) => tensor.dataSync()));

const elementwise = (fn) => (operands) => () => read(() => fn(operands));

/** `sum(f() · g)` by every target. */
function gradients(targets, f, g) {
  return () =>
    t.scope(() => {
      const { grads } = t.valueAndGrad(targets, () => f().mul(g).sum());
      return targets.map((target) => grads.get(target).dataSync());
    });
}

function network({ w1, b1, w2, b2, w3, b3, w4, b4 }) {
  const model = new layers.Sequential(
    new conv.Conv2d(1, 32, { kernelSize: 3 }),
    layers.relu,
    new conv.Conv2d(32, 64, { kernelSize: 3 }),
    layers.relu,
    new conv.MaxPool2d({ kernelSize: 2 }),
    layers.flatten,
    new layers.Linear(9216, 128),
    layers.relu,
    new layers.Linear(128, 10),
  );
  [w1, b1, w2, b2, w3, b3, w4, b4].forEach((value, i) => {
    t.parameters(model)[i].assign(t.clone(value));
  });
  return model;
}

/** A layer whose parameters are the row's operands, so that gradients reach them. */
function recurrentLayer({ x, wih, whh, bih, bhh }, { kind, size }) {
  const layer = new recurrent[kind](x.shape[2], size);
  return Object.assign(layer, { weight_ih_l0: wih, weight_hh_l0: whh, bias_ih_l0: bih, bias_hh_l0: bhh });
}
function sequence(operands, attrs) {
  const layer = recurrentLayer(operands, attrs);
  return () => read(() => layer.forward(operands.x).output);
}
function sequenceGradients(operands, attrs) {
  const layer = recurrentLayer(operands, attrs);
  const { x, wih, whh, bih, bhh, g } = operands;
  return gradients([x, wih, whh, bih, bhh], () => layer.forward(x).output, g);
}

/** A layer whose parameters are the row's operands. */
function attentionLayer({ wqkv, bqkv, wo, bo }, { heads }) {
  const layer = new layers.MultiheadAttention(wo.shape[0], heads);
  Object.assign(layer.out_proj, { weight: wo, bias: bo });
  return Object.assign(layer, { in_proj_weight: wqkv, in_proj_bias: bqkv });
}

function optimizerStep(Optimizer) {
  return ({ p, g }, { lr }) => {
    const parameter = new t.Parameter(t.clone(p));
    const optimizer = new Optimizer([parameter], { lr });
    const { grads } = t.valueAndGrad(parameter, () => parameter.mul(g).sum());
    // State stays where it is: nothing is read but for the check.
    const step = () => optimizer.step(grads, { keep: true });
    return { run: step, outputs: () => afterThree(step, () => [parameter.dataSync()]) };
  };
}

const ops = {
  lstm: sequence,
  gru: sequence,
  lstmGrad: sequenceGradients,
  gruGrad: sequenceGradients,
  matmul: ({ a, b }, { mode }) => {
    return () => read(() => t.matmul(mode === "TN" ? a.transpose() : a, mode === "NT" ? b.transpose() : b));
  },
  conv: ({ x, w }, attrs) => elementwise(() => conv.conv2d(x, w, undefined, attrs))(),
  convGrad: ({ x, w, g }, attrs) => gradients([x, w], () => conv.conv2d(x, w, undefined, attrs), g),
  maxPool: elementwise(({ x }) => conv.maxPool2d(x, { kernelSize: 2 })),
  maxPoolGrad: ({ x, g }) => gradients([x], () => conv.maxPool2d(x, { kernelSize: 2 }), g),
  batchNorm: ({ x, weight, bias, mean, variance }) => {
    const running = { runningMean: new t.Buffer(t.clone(mean)), runningVar: new t.Buffer(t.clone(variance)) };
    return () => read(() => layers.batchNorm(x, { weight, bias, ...running }));
  },
  batchNormGrad: ({ x, weight, bias, g }) =>
    gradients([x, weight, bias], () => layers.batchNorm(x, { weight, bias, training: true }), g),
  layerNorm: elementwise(({ x, weight, bias }) => layers.layerNorm(x, 512, weight, bias)),
  layerNormGrad: ({ x, weight, bias, g }) =>
    gradients([x, weight, bias], () => layers.layerNorm(x, 512, weight, bias), g),
  attention: (operands, attrs) => {
    const layer = attentionLayer(operands, attrs);
    return () => read(() => layer.forward(operands.x));
  },
  attentionGrad: (operands, attrs) => {
    const layer = attentionLayer(operands, attrs);
    const { x, wqkv, bqkv, wo, bo, g } = operands;
    return gradients([x, wqkv, bqkv, wo, bo], () => layer.forward(x), g);
  },
  softmax: elementwise(({ x }) => layers.softmax(x)),
  exp: elementwise(({ x }) => t.exp(x)),
  tanh: elementwise(({ x }) => t.tanh(x)),
  gelu: (operands) => {
    if (layers.gelu === undefined) throw new Cannot("@nn/layers has no gelu yet");
    return elementwise(({ x }) => layers.gelu(x))(operands);
  },
  adam: optimizerStep(Adam),
  rmsprop: optimizerStep(RMSprop),
  cnn: ({ x, ...weights }) => {
    const model = network(weights);
    return () => read(() => layers.predict(model, x));
  },
  cnnStep: ({ x, ...weights }, { lr }) => {
    const model = network(weights);
    const optimizer = new Adam(model, { lr });
    const y = t.tensor(labels(64, 10, 2));
    const run = () =>
      t.scope(() => {
        const { loss, grads } = t.valueAndGrad(model, () => layers.crossEntropy(model.forward(x), y));
        optimizer.step(grads);
        return loss.dataSync();
      });
    return { run, outputs: () => [run(), run(), run()] };
  },
  overhead: (operands, { turns }) => elementwise(() => chain(operands, turns))(),
  overheadGrad: ({ x, w, b }, { turns }) => gradients([w, b], () => chain({ x, w, b }, turns), x),
};

function afterThree(step, result) {
  for (let i = 0; i < 3; i++) step();
  return result();
}

function chain({ x, w, b }, turns) {
  let y = x;
  for (let i = 0; i < turns; i++) y = y.mul(w).add(b);
  return y;
}
