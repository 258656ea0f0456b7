import { Conv2d, MaxPool2d, type NCHW } from "@nn/conv";
import { flatten, Linear, Module, relu } from "@nn/layers";
import type { Generator, Tensor } from "@nn/tensor";

/** What a layer gives, with a name to show it under. */
export interface Activation {
  readonly name: string;
  /** `(n, c, h, w)` */
  readonly maps: Tensor<NCHW>;
}

/**
 * A small LeNet (LeCun et al., "Gradient-based learning applied to document recognition", 1998) with ReLU and max
 * pooling: two convolutions, two linear layers, about 20,000 parameters.
 */
export class LeNet extends Module {
  readonly conv1: Conv2d;
  readonly pool1 = new MaxPool2d({ kernelSize: 2 });
  readonly conv2: Conv2d;
  readonly pool2 = new MaxPool2d({ kernelSize: 2 });
  readonly fc1: Linear;
  readonly fc2: Linear;

  constructor(generator: Generator) {
    super();
    this.conv1 = new Conv2d(1, 8, { kernelSize: 5, activation: "relu", generator });
    this.conv2 = new Conv2d(8, 16, { kernelSize: 5, activation: "relu", generator });
    this.fc1 = new Linear(16 * 4 * 4, 64, { generator });
    this.fc2 = new Linear(64, 10, { generator });
  }

  /** `(n, 1, 28, 28)` → logits `(n, 10)` */
  forward(x: Tensor<NCHW>): Tensor {
    return this.classify(this.features(x).at(-1)!.maps);
  }

  /** What the layers up to the last pooling make of the images, layer by layer. */
  features(x: Tensor<NCHW>): Activation[] {
    const conv1 = this.conv1.forward(x);
    const pool1 = this.pool1.forward(conv1);
    const conv2 = this.conv2.forward(pool1);
    const pool2 = this.pool2.forward(conv2);
    return [
      { name: "first convolution", maps: conv1 },
      { name: "first pooling", maps: pool1 },
      { name: "second convolution", maps: conv2 },
      { name: "second pooling", maps: pool2 },
    ];
  }

  private classify(maps: Tensor): Tensor {
    return this.fc2.forward(relu(this.fc1.forward(flatten(maps))));
  }
}
