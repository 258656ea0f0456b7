// TensorFlow.js, its cpu and its wasm backend (SIMD, one thread). Tensors are in its own layout (NHWC), made before the
// clock starts; only the check transposes.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { labels, operandsOf } from "../rows/inputs.mjs";
import { Cannot } from "./cannot.mjs";

const files = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));
setWasmPaths(`${files}/`);
tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
// Without this it checks what it is given and prints advice.
tf.enableProdMode();

export async function tfjs(kind) {
  await tf.setBackend(kind);
  return {
    name: `tfjs-${kind}`,
    version: tf.version.tfjs,
    async prepare(row) {
      const op = ops[row.op];
      if (op === undefined) throw new Cannot(`no ${row.op} in this benchmark`);
      await tf.setBackend(kind);
      const list = Object.entries(operandsOf(row)).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]);
      const operands = Object.fromEntries(list);
      const known = new Set(Object.keys(tf.engine().registeredVariables));
      const { run, check = run, other = false } = tf.tidy(() => op(operands, row.attrs));
      return {
        enter: () => tf.setBackend(kind),
        run,
        other,
        outputs: () => guarded(check),
        dispose() {
          for (const [, tensor] of list) tensor.dispose();
          for (const [name, variable] of Object.entries(tf.engine().registeredVariables)) {
            if (!known.has(name)) variable.dispose();
          }
        },
      };
    },
  };
}

/** An unregistered kernel shows when it is first called. */
function guarded(check) {
  try {
    return check();
  } catch (error) {
    const kernel = /Kernel '(\w+)' not registered/.exec(error.message)?.[1];
    throw kernel === undefined ? error : new Cannot(`no ${kernel}`);
  }
}

const read = (fn) => {
  const out = [tf.tidy(fn)].flat();
  const data = out.map((tensor) => tensor.dataSync());
  for (const tensor of out) tensor.dispose();
  return data;
};

const nhwc = (x) => tf.keep(tf.transpose(x, [0, 2, 3, 1]));
const nchw = (x) => tf.transpose(x, [0, 3, 1, 2]);
const hwio = (w) => tf.keep(tf.transpose(w, [2, 3, 1, 0]));
const elementwise = (fn) => (operands) => ({ run: () => read(() => fn(operands)) });
const images = (fn) => ({ run: () => read(fn), check: () => read(() => nchw(fn())) });

/** PyTorch's (out, 1, h, w) is (h, w, in, 1) for the depthwise convolution of TensorFlow.js. */
function convolution({ x, w }, { stride, padding, groups }) {
  const input = nhwc(x);
  if (groups === 1) {
    return { input, weight: hwio(w), f: (a, b) => tf.conv2d(a, b, stride, padding, "NHWC", 1, "floor") };
  }
  const weight = tf.keep(tf.transpose(w, [2, 3, 0, 1]));
  return { input, weight, f: (a, b) => tf.depthwiseConv2d(a, b, stride, padding, "NHWC", 1, "floor"), depthwise: true };
}

function cnn({ w1, b1, w2, b2, w3, b3, w4, b4 }) {
  // Its images are flattened with the channels last, so the columns of the first matrix are in another order.
  const columns = tf.reshape(tf.transpose(tf.reshape(w3, [128, 64, 12, 12]), [2, 3, 1, 0]), [9216, 128]);
  const values = [hwio(w1), b1, hwio(w2), b2, columns, b3, tf.transpose(w4), b4];
  const variables = values.map((value) => tf.variable(value));
  const [k1, c1, k2, c2, k3, c3, k4, c4] = variables;
  const { conv2d, matMul } = tf.fused;
  const layer = (x, filter, bias) => conv2d({ x, filter, bias, strides: 1, pad: "valid", activation: "relu" });
  const forward = (x) => {
    const pooled = tf.maxPool(layer(layer(x, k1, c1), k2, c2), 2, 2, "valid");
    const hidden = matMul({ a: tf.reshape(pooled, [-1, 9216]), b: k3, bias: c3, activation: "relu" });
    return matMul({ a: hidden, b: k4, bias: c4 });
  };
  return { variables, forward };
}

function layerNorm({ x, weight, bias }) {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), weight), bias);
}

/** It has no such layer: this is the shortest form in its ops. */
function attention({ x, wqkv, bqkv, wo, bo }, { heads }) {
  const [n, l, d] = x.shape;
  const projected = tf.add(tf.matMul(tf.reshape(x, [n * l, d]), wqkv, false, true), bqkv);
  const [q, k, v] = tf.unstack(tf.transpose(tf.reshape(projected, [n, l, 3, heads, d / heads]), [2, 0, 3, 1, 4]));
  const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), Math.sqrt(heads / d)));
  const joined = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [n * l, d]);
  return tf.reshape(tf.add(tf.matMul(joined, wo, false, true), bo), [n, l, d]);
}

/** Its layers keep weights the other way round, and one bias. */
function recurrent({ x, wih, whh, bih, bhh }, { kind, size }) {
  const activations = { activation: "tanh", recurrentActivation: "sigmoid" };
  const options = { units: size, returnSequences: true, recurrentInitializer: "glorotUniform", ...activations };
  const layer = kind === "LSTM" ? tf.layers.lstm(options) : tf.layers.gru(options);
  // The first call makes the weights.
  layer.apply(x);
  layer.setWeights([tf.transpose(wih), tf.transpose(whh), tf.add(bih, bhh)]);
  return layer;
}
function sequence(operands, attrs) {
  const layer = recurrent(operands, attrs);
  return { run: () => read(() => layer.apply(operands.x)), ...noGru(attrs) };
}
function sequenceGradients(operands, attrs) {
  const layer = recurrent(operands, attrs);
  const x = tf.variable(operands.x);
  const targets = [x, ...layer.trainableWeights.map((weight) => weight.val)];
  const all = () => {
    const { value, grads } = tf.variableGrads(() => tf.sum(tf.mul(layer.apply(x), operands.g)), targets);
    value.dispose();
    const [dx, dwih, dwhh, db] = targets.map(({ name }) => grads[name]);
    return [dx, tf.transpose(dwih), tf.transpose(dwhh), db, db.clone()];
  };
  return { run: () => read(all), ...noGru(attrs) };
}
/** Its GRU resets before the matrix, as in the paper: the same work, another result. */
const noGru = ({ kind }) => (kind === "GRU" ? { other: true } : {});

const ops = {
  lstm: sequence,
  gru: sequence,
  lstmGrad: sequenceGradients,
  gruGrad: sequenceGradients,
  matmul: ({ a, b }, { mode }) => ({ run: () => read(() => tf.matMul(a, b, mode === "TN", mode === "NT")) }),
  conv: (operands, attrs) => {
    const { input, weight, f } = convolution(operands, attrs);
    return images(() => f(input, weight));
  },
  convGrad: (operands, attrs) => {
    const { input, weight, f, depthwise } = convolution(operands, attrs);
    const g = nhwc(operands.g);
    const both = tf.grads((x, w) => tf.sum(tf.mul(f(x, w), g)));
    const run = () => read(() => both([input, weight]));
    const check = () =>
      read(() => {
        const [dx, dw] = both([input, weight]);
        return [nchw(dx), tf.transpose(dw, depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1])];
      });
    return { run, check };
  },
  maxPool: ({ x }) => {
    const input = nhwc(x);
    return images(() => tf.maxPool(input, 2, 2, "valid"));
  },
  maxPoolGrad: ({ x, g }) => {
    const [input, scale] = [nhwc(x), nhwc(g)];
    const dx = tf.grad((image) => tf.sum(tf.mul(tf.maxPool(image, 2, 2, "valid"), scale)));
    return images(() => dx(input));
  },
  batchNorm: ({ x, weight, bias, mean, variance }) => {
    const input = nhwc(x);
    return images(() => tf.batchNorm(input, mean, variance, bias, weight, 1e-5));
  },
  batchNormGrad: ({ x, weight, bias, g }) => {
    const [input, scale] = [nhwc(x), nhwc(g)];
    const all = tf.grads((image, w, b) => {
      const { mean, variance } = tf.moments(image, [0, 1, 2]);
      return tf.sum(tf.mul(tf.batchNorm(image, mean, variance, b, w, 1e-5), scale));
    });
    const run = () => read(() => all([input, weight, bias]));
    const check = () =>
      read(() => {
        const [dx, dw, db] = all([input, weight, bias]);
        return [nchw(dx), dw, db];
      });
    return { run, check };
  },
  layerNorm: elementwise(layerNorm),
  layerNormGrad: ({ x, weight, bias, g }) => {
    const all = tf.grads((rows, w, b) => tf.sum(tf.mul(layerNorm({ x: rows, weight: w, bias: b }), g)));
    return { run: () => read(() => all([x, weight, bias])) };
  },
  attention: (operands, attrs) => elementwise(() => attention(operands, attrs))(),
  attentionGrad: ({ x, wqkv, bqkv, wo, bo, g }, { heads }) => {
    const all = tf.grads((x1, wi, bi, w, b) =>
      tf.sum(tf.mul(attention({ x: x1, wqkv: wi, bqkv: bi, wo: w, bo: b }, { heads }), g)),
    );
    return { run: () => read(() => all([x, wqkv, bqkv, wo, bo])) };
  },
  softmax: elementwise(({ x }) => tf.softmax(x)),
  exp: elementwise(({ x }) => tf.exp(x)),
  tanh: elementwise(({ x }) => tf.tanh(x)),
  // Its op has no gelu; this is what its layers package computes.
  gelu: elementwise(({ x }) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))))),
  adam: ({ p, g }, { lr }) => {
    const variable = tf.variable(p);
    const optimizer = tf.train.adam(lr, 0.9, 0.999, 1e-8);
    const run = () => optimizer.applyGradients([{ name: variable.name, tensor: g }]);
    const check = () => {
      for (let i = 0; i < 3; i++) run();
      return [variable.dataSync()];
    };
    return { run, check };
  },
  rmsprop: ({ p, g }, { lr }) => {
    const variable = tf.variable(p);
    const optimizer = tf.train.rmsprop(lr, 0.99, 0, 1e-8);
    const run = () => optimizer.applyGradients([{ name: variable.name, tensor: g }]);
    const check = () => {
      for (let i = 0; i < 3; i++) run();
      return [variable.dataSync()];
    };
    // It adds epsilon under the root.
    return { run, check, other: true };
  },
  cnn: ({ x, ...weights }) => {
    const { forward } = cnn(weights);
    const input = nhwc(x);
    return { run: () => read(() => forward(input)) };
  },
  cnnStep: ({ x, ...weights }, { lr }) => {
    const { forward, variables } = cnn(weights);
    const input = nhwc(x);
    const y = tf.keep(tf.oneHot(tf.tensor1d(labels(64, 10, 2), "int32"), 10));
    const optimizer = tf.train.adam(lr, 0.9, 0.999, 1e-8);
    const lossOf = () => tf.losses.softmaxCrossEntropy(y, forward(input));
    const run = () => read(() => optimizer.minimize(lossOf, true, variables));
    return { run, check: () => [run(), run(), run()].flat() };
  },
  overhead: (operands, { turns }) => ({ run: () => read(() => chain(operands, turns)) }),
  overheadGrad: ({ x, w, b }, { turns }) => {
    const both = tf.grads((u, v) => tf.sum(tf.mul(chain({ x, w: u, b: v }, turns), x)));
    return { run: () => read(() => both([w, b])) };
  },
};

function chain({ x, w, b }, turns) {
  let y = x;
  for (let i = 0; i < turns; i++) y = y.mul(w).add(b);
  return y;
}
