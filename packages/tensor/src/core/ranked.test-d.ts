import { Generator, Parameter, type Tensor, tensor, zeros } from "../index.js";

type NCHW = [n: number, c: number, h: number, w: number];
declare function images(x: Tensor<NCHW>): void;

// A literal shape is known in the editor, directly and through a variable.
images(zeros([1, 2, 3, 4]));
const known = zeros([1, 2, 3, 4]);
images(known);
images(known.mul(2));
images(new Generator(0).normal([1, 2, 3, 4]));
images(zeros([2, 12]).reshape([1, 2, 3, 4]));
// @ts-expect-error three dimensions are no images
images(zeros([1, 2, 3]));
const sequence = zeros([1, 2, 3]);
// @ts-expect-error nor through a variable
images(sequence);

// What is not known fits, and is checked when it runs.
const computed: number[] = [1, 2, 3, 4];
images(zeros(computed));
const nested = tensor([[1]]);
images(nested);
const flat = tensor(new Float32Array(4), { shape: [1, 1, 2, 2] });
images(flat);
class Layer {
  readonly weight: Parameter = new Parameter(zeros(computed));
}
images(new Layer().weight);
