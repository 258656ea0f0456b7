// A convolutional network learns on WebAssembly, with one thread and with all of them, to the same bits.
import { type WasmOptions, wasm } from "@nn/backend-wasm";
import { Conv2d, MaxPool2d } from "@nn/conv";
import { crossEntropy, flatten, Linear, relu, Sequential } from "@nn/layers";
import { Adam } from "@nn/optim";
import { Generator, manualSeed, setBackend, tensor, valueAndGrad } from "@nn/tensor";

async function train(options: WasmOptions): Promise<readonly number[]> {
  const backend = await wasm(options);
  setBackend(backend);
  manualSeed(1);
  const model = new Sequential(
    new Conv2d(1, 16, { kernelSize: 3 }),
    relu,
    new MaxPool2d({ kernelSize: 2 }),
    flatten,
    new Linear(16 * 13 * 13, 10),
  );
  const optimizer = new Adam(model, { lr: 1e-2 });
  const pixels = Float32Array.from(new Generator(2).bits(32 * 784), (word) => word / 2 ** 32);
  const x = tensor(pixels, { shape: [32, 1, 28, 28] });
  const y = tensor(Int32Array.from({ length: 32 }, (_, i) => i % 10));
  const losses: number[] = [];
  for (let step = 0; step < 5; step++) {
    const { loss, grads } = valueAndGrad(model, () => crossEntropy(model.forward(x), y));
    optimizer.step(grads);
    losses.push(await loss.item());
  }
  await backend.dispose();
  return losses;
}

const alone = await train({ threads: 1 });
const shared = await train({ threads: "auto" });
export default alone.every((loss, i) => loss === shared[i]) && Number(alone[4]) < Number(alone[0]);
