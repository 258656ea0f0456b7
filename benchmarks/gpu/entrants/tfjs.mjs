import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { digits, lr, operandsOf } from "../rows.mjs";

export async function load() {
  if (!(await tf.setBackend("webgpu"))) throw new Error("its webgpu backend does not start here");
  await tf.ready();
  return {
    prepare(row) {
      const operands = Object.fromEntries(
        Object.entries(operandsOf(row)).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]),
      );
      const { run, outputs } = ops[row.op](operands, row);
      let last = [];
      return {
        run: () => {
          tf.dispose(last);
          last = tf.tidy(run);
        },
        outputs: outputs ?? (() => Promise.all([tf.tidy(run)].flat().map((result) => result.data()))),
        done: () => tf.backend().device.queue.onSubmittedWorkDone(),
      };
    },
  };
}

const nhwc = (x) => tf.transpose(x, [0, 2, 3, 1]);
const nchw = (x) => tf.transpose(x, [0, 3, 1, 2]);
const hwio = (w) => tf.transpose(w, [2, 3, 1, 0]);

const ops = {
  matmul: ({ a, b }) => ({ run: () => tf.matMul(a, b) }),
  // In its own layout; for the check the result is turned.
  conv: ({ x, w }) => {
    const [image, filter] = [nhwc(x), hwio(w)];
    const run = () => tf.conv2d(image, filter, 1, "same");
    return { run, outputs: async () => [await tf.tidy(() => nchw(run())).data()] };
  },
  convGrad: ({ x, w, g }) => {
    const [image, filter, factor] = [nhwc(x), hwio(w), nhwc(g)];
    const run = () => tf.grads((a, b) => tf.sum(tf.mul(tf.conv2d(a, b, 1, "same"), factor)))([image, filter]);
    const turned = () => {
      const [dx, dw] = run();
      return [nchw(dx), tf.transpose(dw, [3, 2, 0, 1])];
    };
    return { run, outputs: () => Promise.all(tf.tidy(turned).map((result) => result.data())) };
  },
  cnnStep: ({ x, w1, b1, w2, b2, w3, b3, w4, b4 }, row) => {
    const image = nhwc(x);
    const variables = [hwio(w1), b1, hwio(w2), b2, tf.transpose(w3), b3, tf.transpose(w4), b4].map((value) =>
      tf.variable(value),
    );
    const [f1, c1, f2, c2, l1, d1, l2, d2] = variables;
    const forward = () => {
      const first = tf.relu(tf.add(tf.conv2d(image, f1, 1, "valid"), c1));
      const second = tf.relu(tf.add(tf.conv2d(first, f2, 1, "valid"), c2));
      const flat = tf.reshape(nchw(tf.maxPool(second, 2, 2, "valid")), [row.shape.batch, 9216]);
      const hidden = tf.relu(tf.add(tf.matMul(flat, l1), d1));
      return tf.add(tf.matMul(hidden, l2), d2);
    };
    const y = tf.oneHot(tf.tensor1d(digits(row), "int32"), 10);
    const optimizer = tf.train.adam(lr, 0.9, 0.999, 1e-8);
    const run = () => optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, forward()), true, variables);
    const next = async () => (await tf.tidy(run).data())[0];
    return { run, outputs: async () => [await next(), await next(), await next()] };
  },
};
