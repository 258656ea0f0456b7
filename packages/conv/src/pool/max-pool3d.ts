import { Module } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import type { NCDHW } from "../shared/nchw.js";
import type { Triple } from "../shared/pair.js";
import { showOptions } from "../shared/show-options.js";
import { maxPool2d } from "./max-pool2d.js";
import { checkPoolInput, type Pool3dOptions, pool3dAxes } from "./pool-checks.js";
import { pool3d } from "./pool3d.js";

/** Options of `maxPool3d` and `MaxPool3d`. */
export interface MaxPool3dOptions extends Pool3dOptions {
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: Triple;
}

/**
 * The largest element of each window of volumes (torch.nn.functional.max_pool3d). NaN wins; the padding never does. The
 * gradient goes to the first maximum of the window, plane by plane, in row order. Runs the kernel of `maxPool2d`.
 *
 * @param x `(n, c, d, h, w)`
 * @returns `(n, c, od, oh, ow)`; `od = floor((d + 2 · padding - dilation · (kernelSize - 1) - 1) / stride) + 1`, rounded
 * up with `ceilMode`
 * @throws ShapeError when no window fits or the rank is not 5, DTypeError for other dtypes than f32 and f64, DataError
 * for options out of range.
 *
 * @example
 * ```ts
 * import { maxPool3d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[[1, 2]], [[4, 3]]]]]);
 * await maxPool3d(x, { kernelSize: [2, 1, 1] }).array(); // => [[[[[4, 3]]]]]
 * ```
 */
export function maxPool3d(x: Tensor<NCDHW>, options: MaxPool3dOptions): Tensor<NCDHW> {
  const axes = pool3dAxes("maxPool3d", options);
  checkPoolInput("maxPool3d", x, "n c d h w", axes, options.owner);
  return pool3d(x, axes, maxPool2d, maxPool2d, options.owner);
}

/**
 * `maxPool3d` as a layer (torch.nn.MaxPool3d).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { MaxPool3d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new MaxPool3d({ kernelSize: 2 }).forward(zeros([1, 3, 4, 8, 8])).shape; // => [1, 3, 2, 4, 4]
 * ```
 */
export class MaxPool3d extends Module {
  readonly #options: MaxPool3dOptions;

  constructor(options: MaxPool3dOptions) {
    super();
    pool3dAxes("MaxPool3d", options);
    this.#options = options;
  }

  /** `(n, c, d, h, w)` → `(n, c, od, oh, ow)` */
  forward(x: Tensor<NCDHW>): Tensor<NCDHW> {
    return maxPool3d(x, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
