// jax-js on wasm. Everything is compiled (`jit`), and read by its asynchronous path: both are faster than their
// alternatives. Functions consume their arguments, so `.ref` passes one on and keeps it.
import { readFileSync } from "node:fs";
import * as jax from "@jax-js/jax";
import { labels, operandsOf } from "../rows/inputs.mjs";
import { Cannot } from "./cannot.mjs";

const { numpy: np, lax, nn, jit, grad, valueAndGrad } = jax;

export async function jaxJs() {
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  const manifest = new URL("../package.json", import.meta.url);
  return {
    name: "jax-js",
    version: JSON.parse(readFileSync(manifest, "utf8")).dependencies["@jax-js/jax"],
    async prepare(row) {
      const op = ops[row.op];
      if (op === undefined) throw new Cannot(`no ${row.op} in this benchmark`);
      const operands = Object.values(operandsOf(row)).map(({ shape, data }) => np.array(data, { shape }));
      const { run, outputs = run } = op(operands, row.attrs ?? {}, row);
      return { run, outputs, dispose: () => operands.forEach((operand) => operand.dispose()) };
    },
  };
}

/** Compiles `f`; a run calls it with all operands and reads what it returns. */
function compiled(f) {
  return (operands, attrs) => {
    const compiledF = jit((...list) => f(list, attrs));
    return {
      run: async () => {
        const out = [compiledF(...operands.map((operand) => operand.ref))].flat();
        const data = [];
        for (const array of out) data.push(await array.data());
        return data;
      },
    };
  };
}

/** `sum(f · g)` by the operands whose numbers are given; g is the last operand. */
const gradients = (argnums, f) =>
  compiled((list, attrs) => {
    const weighted = (...all) => np.sum(f(all.slice(0, -1), attrs).mul(all.at(-1)));
    return grad(weighted, { argnums })(...list);
  });

const conv = ([x, w], { stride, padding, groups }) =>
  lax.convGeneralDilated(
    x,
    w,
    [stride, stride],
    [
      [padding, padding],
      [padding, padding],
    ],
    {
      featureGroupCount: groups,
    },
  );
const pool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
const alongChannels = (v) => v.reshape([1, -1, 1, 1]);

function normalize(x, mean, variance, weight, bias) {
  const scale = alongChannels(weight).div(np.sqrt(variance.add(1e-5)));
  return x.sub(mean).mul(scale).add(alongChannels(bias));
}

function batchNormTraining([x, weight, bias]) {
  const options = { keepdims: true };
  const mean = np.mean(x.ref, [0, 2, 3], options);
  const variance = np.mean(np.square(x.ref.sub(mean.ref)), [0, 2, 3], options);
  return normalize(x, mean, variance, weight, bias);
}

function layerNorm([x, weight, bias]) {
  return nn.standardize(x, -1, { epsilon: 1e-5 }).mul(weight).add(bias);
}

function attention([x, wqkv, bqkv, wo, bo], { heads }) {
  const [n, l, d] = x.shape;
  const projected = np.matmul(x.reshape([n * l, d]), wqkv.transpose()).add(bqkv);
  const parts = projected.reshape([n, l, 3, heads, d / heads]).transpose([2, 0, 3, 1, 4]);
  const [q, k, v] = np.split(parts, 3, 0).map((part) => part.reshape([n * heads, l, d / heads]));
  const scores = np.matmul(q, k.transpose([0, 2, 1])).mul(Math.sqrt(heads / d));
  const found = np.matmul(nn.softmax(scores), v).reshape([n, heads, l, d / heads]);
  const joined = found.transpose([0, 2, 1, 3]).reshape([n * l, d]);
  return np.matmul(joined, wo.transpose()).add(bo).reshape([n, l, d]);
}

function network(x, [w1, b1, w2, b2, w3, b3, w4, b4]) {
  const layer = (image, w, b) => nn.relu(lax.convGeneralDilated(image, w, [1, 1], "VALID").add(alongChannels(b)));
  const pooled = pool(layer(layer(x, w1, b1), w2, b2)).reshape([64, 9216]);
  const hidden = nn.relu(np.matmul(pooled, w3.transpose()).add(b3));
  return np.matmul(hidden, w4.transpose()).add(b4);
}

/** There is no published package of its optimizers, so this is Adam as they write it. */
function adamStep(p, g, m, v, step, lr) {
  const m1 = m.mul(0.9).add(g.ref.mul(0.1));
  const v1 = v.mul(0.999).add(np.square(g).mul(0.001));
  const mean = m1.ref.div(np.subtract(1, np.power(0.9, step.ref)));
  const root = np.sqrt(v1.ref.div(np.subtract(1, np.power(0.999, step)))).add(1e-8);
  return [p.sub(mean.div(root).mul(lr)), m1, v1];
}

const ops = {
  matmul: compiled(([a, b], { mode }) =>
    np.matmul(mode === "TN" ? a.transpose() : a, mode === "NT" ? b.transpose() : b),
  ),
  conv: compiled(([x, w, g], attrs) => {
    g.dispose();
    return conv([x, w], attrs);
  }),
  convGrad: gradients([0, 1], conv),
  maxPool: compiled(([x]) => pool(x)),
  maxPoolGrad: gradients([0], ([x]) => pool(x)),
  batchNorm: compiled(([x, weight, bias, mean, variance]) =>
    normalize(x, alongChannels(mean), alongChannels(variance), weight, bias),
  ),
  batchNormGrad: gradients([0, 1, 2], batchNormTraining),
  layerNorm: compiled(layerNorm),
  layerNormGrad: gradients([0, 1, 2], layerNorm),
  attention: compiled(attention),
  attentionGrad: gradients([0, 1, 2, 3, 4], attention),
  softmax: compiled(([x]) => nn.softmax(x)),
  exp: compiled(([x]) => np.exp(x)),
  tanh: compiled(([x]) => np.tanh(x)),
  gelu: compiled(([x]) => nn.gelu(x, { approximate: false })),
  rmsprop: ([p, g], { lr }) => {
    const step = jit((weight, gradient, square) => {
      const next = square.mul(0.99).add(np.square(gradient.ref).mul(0.01));
      return [weight.sub(gradient.div(np.sqrt(next.ref).add(1e-8)).mul(lr)), next];
    });
    let state = [p.ref, np.zerosLike(p.ref)];
    const run = async () => {
      state = step(state[0], g.ref, state[1]);
      await jax.blockUntilReady(state);
    };
    return {
      run,
      outputs: async () => {
        for (let i = 0; i < 3; i++) await run();
        return [await state[0].ref.data()];
      },
    };
  },
  adam: ([p, g], { lr }) => {
    const step = jit((...list) => adamStep(...list, lr));
    let state = [p.ref, np.zerosLike(p.ref), np.zerosLike(p.ref)];
    let count = 0;
    const run = async () => {
      state = step(state[0], g.ref, state[1], state[2], np.array(++count, { dtype: np.float32 }));
      await jax.blockUntilReady(state);
    };
    return {
      run,
      outputs: async () => {
        for (let i = 0; i < 3; i++) await run();
        return [await state[0].ref.data()];
      },
    };
  },
  cnn: compiled(([x, ...weights]) => network(x, weights)),
  cnnStep: ([x, ...weights], { lr }) => {
    const y = np.array(labels(64, 10, 2), { dtype: np.int32 });
    const lossOf = (params, image, target) => {
      const logs = nn.logSoftmax(network(image, params));
      return np.sum(logs.mul(nn.oneHot(target, 10))).mul(-1 / 64);
    };
    const step = jit((params, m, v, count, image, target) => {
      const [loss, grads] = valueAndGrad(lossOf)(
        params.map((p) => p.ref),
        image,
        target,
      );
      const next = params.map((p, i) => adamStep(p, grads[i], m[i], v[i], count.ref, lr));
      count.dispose();
      return [loss, next.map((list) => list[0]), next.map((list) => list[1]), next.map((list) => list[2])];
    });
    let params = weights.map((w) => w.ref);
    let [m, v] = [0, 1].map(() => weights.map((w) => np.zerosLike(w.ref)));
    let count = 0;
    const run = async () => {
      let loss;
      [loss, params, m, v] = step(params, m, v, np.array(++count, { dtype: np.float32 }), x.ref, y.ref);
      return loss.data();
    };
    return { run, outputs: async () => [await run(), await run(), await run()] };
  },
  // Not compiled: these rows ask what one call of an op costs, and `jit` would make one of all hundred.
  overhead: ([x, w, b], { turns }) => ({ run: async () => [await chain(x.ref, w.ref, b.ref, turns).data()] }),
  overheadGrad: ([x, w, b], { turns }) => {
    const both = grad((w1, b1) => np.sum(chain(x.ref, w1, b1, turns).mul(x.ref)), { argnums: [0, 1] });
    return {
      run: async () => {
        const [dw, db] = both(w.ref, b.ref);
        return [await dw.data(), await db.data()];
      },
    };
  },
};

function chain(x, w, b, turns) {
  let y = x;
  for (let i = 0; i < turns; i++) y = y.mul(w.ref).add(b.ref);
  w.dispose();
  b.dispose();
  return y;
}
