import { type Tensor, tensor, zeros } from "@nn/tensor";
import { Conv2d, conv2d, MaxPool2d, maxPool2d, type NCHW } from "../index.js";

const images: Tensor<NCHW> = zeros([8, 3, 32, 32]);
const sequence: Tensor<[n: number, t: number, d: number]> = zeros([8, 10, 3]);
const layer = new Conv2d(3, 16, { kernelSize: 3 });
const pool = new MaxPool2d({ kernelSize: 2 });

// Images in, images out: layers follow one another without a cast.
const features: Tensor<NCHW> = pool.forward(layer.forward(images));
conv2d(features, zeros([4, 16, 3, 3]), zeros([4]));
// A tensor of unknown rank fits; the check is made when it runs.
layer.forward(tensor([[[[1]]]]));

// @ts-expect-error a sequence has no height and width: "Source has 3 element(s) but target requires 4"
layer.forward(sequence);
// @ts-expect-error the same for the function
conv2d(sequence, zeros([16, 3, 3, 3]));
// @ts-expect-error and for pools
maxPool2d(sequence, { kernelSize: 2 });
// @ts-expect-error the weight of a Linear is none of a convolution
conv2d(images, zeros([16, 3]));
// @ts-expect-error no such padding
conv2d(images, zeros([16, 3, 3, 3]), undefined, { padding: "full" });
// @ts-expect-error a layer needs its kernel size
new Conv2d(3, 16, {});
