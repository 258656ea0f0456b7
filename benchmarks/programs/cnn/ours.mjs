import { wasm } from "@nn/backend-wasm";
import { Conv2d, MaxPool2d } from "@nn/conv";
import { crossEntropy, flatten, Linear, relu, Sequential } from "@nn/layers";
import { Adam } from "@nn/optim";
import { Generator, setBackend, tensor, valueAndGrad } from "@nn/tensor";

setBackend(await wasm({ threads: 1 }));
const model = new Sequential(
  new Conv2d(1, 8, { kernelSize: 3 }),
  relu,
  new MaxPool2d({ kernelSize: 2 }),
  flatten,
  new Linear(8 * 13 * 13, 10),
);
const optimizer = new Adam(model);
const x = new Generator(0).normal([2, 1, 28, 28]);
const y = tensor(Int32Array.of(1, 7));
const { loss, grads } = valueAndGrad(model, () => crossEntropy(model.forward(x), y));
optimizer.step(grads);
console.log(await loss.item());
