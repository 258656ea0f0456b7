// A convolutional network learns on two backends, moved from one to the other halfway.
import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import { Conv2d, MaxPool2d } from "@nn/conv";
import { crossEntropy, flatten, Linear, predict, relu, Sequential } from "@nn/layers";
import { SGD } from "@nn/optim";
import { Generator, manualSeed, moveTo, setBackend, type Tensor, tensor, valueAndGrad } from "@nn/tensor";

const plain = cpu();
const fused = fusedCpu();
setBackend(plain);
manualSeed(1);
const model = new Sequential(
  new Conv2d(1, 4, { kernelSize: 3 }),
  relu,
  new MaxPool2d({ kernelSize: 2 }),
  flatten,
  new Linear(4 * 3 * 3, 2),
);
const optimizer = new SGD(model, { lr: 0.1, momentum: 0.9 });

// Which half of the picture is bright?
const labels = Int32Array.from({ length: 16 }, (_, i) => i % 2);
const pixels = new Generator(3).bits(16 * 64);
const images = Float32Array.from({ length: 16 * 64 }, (_, i) => {
  const bright = Number(i % 8 < 4) === labels[Math.floor(i / 64)];
  return (bright ? 1 : 0) + (pixels[i] ?? 0) / 2 ** 33;
});

async function learn(steps: number): Promise<number> {
  const x = tensor(images, { shape: [16, 1, 8, 8] });
  const y: Tensor = tensor(labels);
  let last = Number.NaN;
  for (let step = 0; step < steps; step++) {
    const { loss, grads } = valueAndGrad(model, () => crossEntropy(model.forward(x), y));
    optimizer.step(grads);
    last = await loss.item();
  }
  return last;
}

const first = await learn(1);
const middle = await learn(10);
await moveTo(model, fused);
await moveTo(optimizer, fused);
setBackend(fused);
const last = await learn(20);
const guesses = await predict(model, tensor(images, { shape: [16, 1, 8, 8] }))
  .argmax(1)
  .data();
export default first > middle && middle > last && guesses.every((guess, i) => guess === labels[i]);
