import type { Tensor } from "../core/tensor.js";
import { cast } from "./cast.js";
import { equal } from "./compare.js";
import { div } from "./div.js";
import { mul } from "./mul.js";
import { sum } from "./sum.js";

/** The gradient of max and min: all elements equal to the result get the same share (torch.amax). */
export function shareAmongTies(g: Tensor, x: Tensor, y: Tensor, axes: readonly number[]): Tensor {
  const ties = cast(equal(x, y), g.dtype);
  return mul(ties, div(g, sum(ties, axes, { keepDims: true })));
}
