// Everything is compiled (`jit`). Functions consume their arguments, so `.ref` passes one on and keeps it.
import { defaultDevice, grad, init, jit, lax, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { digits, lr, operandsOf } from "../rows.mjs";

export async function load() {
  await init("webgpu");
  defaultDevice("webgpu");
  return {
    prepare(row) {
      const operands = Object.values(operandsOf(row)).map(({ shape, data }) => np.array(data, { shape }));
      return ops[row.op](operands, row);
    },
  };
}

const pad = [
  [1, 1],
  [1, 1],
];
const conv = (x, w) => lax.convGeneralDilated(x, w, [1, 1], pad);

/** It has no way to wait for the queue: the last result is read, which is small beside the rest. */
function compiled(f) {
  return (operands) => {
    const call = jit(f);
    const once = () => [call(...operands.map((operand) => operand.ref))].flat();
    let last = [];
    return {
      run: () => {
        for (const array of last) array.dispose();
        last = once();
      },
      outputs: async () => {
        const results = [];
        for (const array of once()) results.push(await array.data());
        return results;
      },
      done: async () => {
        for (const array of last.splice(0)) await array.data();
      },
    };
  };
}

const alongChannels = (v) => v.reshape([1, -1, 1, 1]);

function network(x, [w1, b1, w2, b2, w3, b3, w4, b4]) {
  const layer = (image, w, b) => nn.relu(lax.convGeneralDilated(image, w, [1, 1], "VALID").add(alongChannels(b)));
  const pooled = lax.reduceWindow(layer(layer(x, w1, b1), w2, b2), np.max, [2, 2], [2, 2]).reshape([-1, 9216]);
  const hidden = nn.relu(np.matmul(pooled, w3.transpose()).add(b3));
  return np.matmul(hidden, w4.transpose()).add(b4);
}

function adamStep(p, g, m, v, step) {
  const m1 = m.mul(0.9).add(g.ref.mul(0.1));
  const v1 = v.mul(0.999).add(np.square(g).mul(0.001));
  const mean = m1.ref.div(np.subtract(1, np.power(0.9, step.ref)));
  const root = np.sqrt(v1.ref.div(np.subtract(1, np.power(0.999, step)))).add(1e-8);
  return [p.sub(mean.div(root).mul(lr)), m1, v1];
}

const ops = {
  matmul: compiled((a, b) => np.matmul(a, b)),
  conv: compiled(conv),
  convGrad: compiled((x, w, g) =>
    grad((image, weight, factor) => np.sum(conv(image, weight).mul(factor)), { argnums: [0, 1] })(x, w, g),
  ),
  cnnStep: ([x, ...weights], row) => {
    const y = np.array(digits(row), { dtype: np.int32 });
    const lossOf = (params, image, target) => {
      const logs = nn.logSoftmax(network(image, params));
      return np.sum(logs.mul(nn.oneHot(target, 10))).mul(-1 / row.shape.batch);
    };
    const step = jit((params, m, v, count, image, target) => {
      const [loss, grads] = valueAndGrad(lossOf)(
        params.map((p) => p.ref),
        image,
        target,
      );
      const next = params.map((p, i) => adamStep(p, grads[i], m[i], v[i], count.ref));
      count.dispose();
      return [loss, next.map((list) => list[0]), next.map((list) => list[1]), next.map((list) => list[2])];
    });
    let params = weights;
    let [m, v] = [0, 1].map(() => weights.map((w) => np.zerosLike(w.ref)));
    let count = 0;
    let loss;
    const run = () => {
      loss?.dispose();
      [loss, params, m, v] = step(params, m, v, np.array(++count, { dtype: np.float32 }), x.ref, y.ref);
    };
    const value = async () => {
      const [number] = await loss.data();
      loss = undefined;
      return number;
    };
    const next = () => {
      run();
      return value();
    };
    return { run, outputs: async () => [await next(), await next(), await next()], done: value };
  },
};
