// Its wasm backend cannot train a convolution.
import "@tensorflow/tfjs-backend-cpu";
import { oneHot, randomNormal, setBackend } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";

await setBackend("cpu");
const model = sequential({
  layers: [
    layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
});
model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
const loss = await model.trainOnBatch(randomNormal([2, 28, 28, 1]), oneHot([1, 7], 10));
console.log(loss);
