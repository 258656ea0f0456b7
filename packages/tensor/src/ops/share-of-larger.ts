import type { Tensor } from "../core/tensor.js";
import { defineElementwise } from "../elementwise/define-elementwise.js";
import { equal, less } from "./compare.js";
import { expand } from "./expand.js";
import { mul } from "./mul.js";
import { where } from "./where.js";

const op = defineElementwise({
  name: "shareOfLarger",
  body: ([g, a, b]) => where(less(a!, b!), 0, where(equal(a!, b!), mul(g!, 0.5), g!)),
});

/** g where a is larger than b, half of it where they are equal, as in PyTorch; the gradients of maximum and minimum. */
export function shareOfLarger(g: Tensor, a: Tensor, b: Tensor): Tensor {
  return op.call([g, expand(a, g.shape), expand(b, g.shape)]);
}
