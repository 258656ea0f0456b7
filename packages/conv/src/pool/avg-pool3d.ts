import { Module } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import { checkOptions } from "../shared/input-checks.js";
import type { NCDHW } from "../shared/nchw.js";
import { showOptions } from "../shared/show-options.js";
import { avgPool2d, divisorReason } from "./avg-pool2d.js";
import { checkPoolInput, type Pool3dOptions, pool3dAxes } from "./pool-checks.js";
import { pool3d } from "./pool3d.js";

/** Options of `avgPool3d` and `AvgPool3d`. */
export interface AvgPool3dOptions extends Pool3dOptions {
  /** Whether padding counts in the divisor. What `ceilMode` adds never does. Default true. */
  readonly countIncludePad?: boolean;
  /** Divides the sum of each window instead of the number of its elements. */
  readonly divisorOverride?: number;
}

/**
 * The mean of each window of volumes (torch.nn.functional.avg_pool3d). Runs the kernel of `avgPool2d`.
 *
 * @param x `(n, c, d, h, w)`
 * @returns `(n, c, od, oh, ow)`; `od = floor((d + 2 · padding - kernelSize) / stride) + 1`, rounded up with `ceilMode`
 * @throws ShapeError when no window fits or the rank is not 5, DTypeError for other dtypes than f32 and f64, DataError
 * for options out of range.
 *
 * @example
 * ```ts
 * import { avgPool3d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[[1, 2]], [[4, 3]]]]]);
 * await avgPool3d(x, { kernelSize: [2, 1, 2] }).array(); // => [[[[[2.5]]]]]
 * ```
 */
export function avgPool3d(x: Tensor<NCDHW>, options: AvgPool3dOptions): Tensor<NCDHW> {
  const { countIncludePad, divisorOverride, owner } = options;
  const axes = pool3dAxes("avgPool3d", options);
  checkOptions("avgPool3d", [divisorReason(divisorOverride)], owner);
  checkPoolInput("avgPool3d", x, "n c d h w", axes, owner);
  const means = (divisor: number | undefined) => (images: Tensor, windows: Parameters<typeof avgPool2d>[1]) =>
    avgPool2d(images, { ...windows, countIncludePad, divisorOverride: divisor });
  // With a divisor of its own, the planes give sums.
  const inPlane = means(divisorOverride === undefined ? undefined : 1);
  return pool3d(x, axes, inPlane, means(divisorOverride), owner);
}

/**
 * `avgPool3d` as a layer (torch.nn.AvgPool3d).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { AvgPool3d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new AvgPool3d({ kernelSize: 2 }).forward(zeros([1, 3, 4, 8, 8])).shape; // => [1, 3, 2, 4, 4]
 * ```
 */
export class AvgPool3d extends Module {
  readonly #options: AvgPool3dOptions;

  constructor(options: AvgPool3dOptions) {
    super();
    pool3dAxes("AvgPool3d", options);
    checkOptions("AvgPool3d", [divisorReason(options.divisorOverride)]);
    this.#options = options;
  }

  /** `(n, c, d, h, w)` → `(n, c, od, oh, ow)` */
  forward(x: Tensor<NCDHW>): Tensor<NCDHW> {
    return avgPool3d(x, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
