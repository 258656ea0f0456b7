import { Module } from "@nn/layers";
import { defineOp, max, type Op, type Pool2dAttrs, type Shape, type Tensor } from "@nn/tensor";
import type { NCHW } from "../shared/nchw.js";
import type { Pair } from "../shared/pair.js";
import { showOptions } from "../shared/show-options.js";
import { windowsOf } from "../shared/windows.js";
import { maxPool2dGrad } from "./max-pool2d-grad.js";
import { inferPool2d, type Pool2dOptions, pool2dAttrs } from "./pool2d-attrs.js";

const op: Op<Pool2dAttrs> = defineOp<Pool2dAttrs>({
  name: "maxPool2d",
  infer: ([x], attrs) => ({ dtype: x.dtype, shape: inferPool2d("maxPool2d", x, attrs) }),
  composed: ([x], attrs) => max(windowsOf(x, attrs.kernelSize, attrs, Number.NEGATIVE_INFINITY), [-2, -1]),
  vjp: ({ g, inputs: [x], attrs }) => [maxPool2dGrad.call([x, g], attrs)],
});

/** Options of `maxPool2d` and `MaxPool2d`. */
export interface MaxPool2dOptions extends Pool2dOptions {
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: Pair;
}

/**
 * The largest element of each window (torch.nn.functional.max_pool2d). NaN wins; the padding never does. The gradient
 * goes to the first maximum of the window in row order.
 *
 * @param x `(n, c, h, w)`
 * @returns `(n, c, oh, ow)`; `oh = floor((h + 2 · padding - dilation · (kernelSize - 1) - 1) / stride) + 1`, rounded up
 * with `ceilMode`
 * @throws ShapeError when no window fits or the rank is not 4, DTypeError for other dtypes than f32 and f64, DataError
 * for options out of range.
 *
 * @example
 * ```ts
 * import { maxPool2d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[1, 2, 5], [4, 3, 6]]]]);
 * await maxPool2d(x, { kernelSize: 2 }).array(); // => [[[[4]]]]
 * await maxPool2d(x, { kernelSize: 2, ceilMode: true }).array(); // => [[[[4, 6]]]]
 * ```
 */
export function maxPool2d(x: Tensor<NCHW>, options: MaxPool2dOptions): Tensor<NCHW> {
  const [, , h, w]: Shape = x.shape;
  return op.call([x], pool2dAttrs("maxPool2d", [h, w], options), { owner: options.owner });
}

/**
 * `maxPool2d` as a layer (torch.nn.MaxPool2d).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { MaxPool2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new MaxPool2d({ kernelSize: 2 }).forward(zeros([1, 3, 28, 28])).shape; // => [1, 3, 14, 14]
 * ```
 */
export class MaxPool2d extends Module {
  readonly #options: MaxPool2dOptions;

  constructor(options: MaxPool2dOptions) {
    super();
    pool2dAttrs("MaxPool2d", [1, 1], options);
    this.#options = options;
  }

  /** `(n, c, h, w)` → `(n, c, oh, ow)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return maxPool2d(x, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
