import { gpu } from "@nn/backend-gpu";
import { wasm } from "@nn/backend-wasm";
import { Conv2d, conv2d, MaxPool2d } from "@nn/conv";
import { crossEntropy, flatten, Linear, relu, Sequential } from "@nn/layers";
import { Adam } from "@nn/optim";
import { clone, matmul, parameters, scope, setBackend, tensor, valueAndGrad } from "@nn/tensor";
import { digits, lr, operandsOf } from "../rows.mjs";

export async function load() {
  return over(await gpu({ prefer: "webgpu" }));
}

/** What the losses must be: the same code on another backend. */
export async function reference(row) {
  const { prepare, dispose } = over(await wasm({ threads: 1 }));
  const losses = await prepare(row).outputs();
  await dispose();
  return losses;
}

function over(backend) {
  setBackend(backend);
  return {
    adapter: backend.capabilities.adapter,
    prepare(row) {
      const operands = Object.fromEntries(
        Object.entries(operandsOf(row)).map(([name, { shape, data }]) => [name, tensor(data, { shape })]),
      );
      const { run, outputs = async () => read(run()) } = ops[row.op](operands, row);
      return {
        run: () => [run()].flat().forEach((result) => result.dispose()),
        outputs,
        done: () => backend.synchronize(),
        dispose: () => Object.values(operands).forEach((operand) => operand.dispose()),
      };
    },
    dispose: async () => {
      await backend.synchronize();
      await backend.dispose();
    },
  };
}

const read = (results) => Promise.all([results].flat().map((result) => result.data()));

const ops = {
  matmul: ({ a, b }) => ({ run: () => matmul(a, b) }),
  conv: ({ x, w }) => ({ run: () => conv2d(x, w, undefined, { padding: 1 }) }),
  convGrad: ({ x, w, g }) => ({
    run: () =>
      scope(() => {
        const { grads } = valueAndGrad([x, w], () => conv2d(x, w, undefined, { padding: 1 }).mul(g).sum());
        return [grads.get(x), grads.get(w)];
      }),
  }),
  cnnStep: ({ x, ...weights }, row) => {
    const model = new Sequential(
      new Conv2d(1, 32, { kernelSize: 3 }),
      relu,
      new Conv2d(32, 64, { kernelSize: 3 }),
      relu,
      new MaxPool2d({ kernelSize: 2 }),
      flatten,
      new Linear(9216, 128),
      relu,
      new Linear(128, 10),
    );
    Object.values(weights).forEach((value, i) => parameters(model)[i].assign(clone(value)));
    const optimizer = new Adam(model, { lr });
    const y = tensor(digits(row));
    const run = () =>
      scope(() => {
        const { loss, grads } = valueAndGrad(model, () => crossEntropy(model.forward(x), y));
        optimizer.step(grads);
        return loss;
      });
    return { run, outputs: async () => [await run().item(), await run().item(), await run().item()] };
  },
};
