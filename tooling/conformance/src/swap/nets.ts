import { Conv2d, MaxPool2d } from "@nn/conv";
import { flatten, Linear, Module, relu, Sequential } from "@nn/layers";
import { LSTM, lastOutput } from "@nn/recurrent";
import type { Generator, Tensor } from "@nn/tensor";

/** What is trained: takes images `(n, 1, 14, 14)` and gives logits `(n, 10)`. */
export interface Net extends Module {
  forward(x: Tensor): Tensor;
}

/** A small LeNet, as that of the digits app. */
export function lenet(generator: Generator): Net {
  return new Sequential(
    new Conv2d(1, 6, { kernelSize: 3, activation: "relu", generator }),
    new MaxPool2d({ kernelSize: 2 }),
    new Conv2d(6, 12, { kernelSize: 3, activation: "relu", generator }),
    new MaxPool2d({ kernelSize: 2 }),
    flatten,
    new Linear(12 * 2 * 2, 32, { generator }),
    relu,
    new Linear(32, 10, { generator }),
  );
}

/** Reads an image from top to bottom, a row a step. */
class RowReader extends Module implements Net {
  readonly lstm: LSTM;
  readonly classify: Linear;

  constructor(generator: Generator) {
    super();
    this.lstm = new LSTM(14, 12, { generator });
    this.classify = new Linear(12, 10, { generator });
  }

  forward(x: Tensor): Tensor {
    const { output } = this.lstm.forward(x.squeeze(1));
    return this.classify.forward(lastOutput(output));
  }
}

export function rowReader(generator: Generator): Net {
  return new RowReader(generator);
}
