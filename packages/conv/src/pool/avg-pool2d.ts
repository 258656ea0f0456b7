import { Module } from "@nn/layers";
import { mul, type Shape, type Tensor } from "@nn/tensor";
import { checkOptions } from "../shared/input-checks.js";
import type { NCHW } from "../shared/nchw.js";
import { optionReason } from "../shared/pair.js";
import type { Reason } from "../shared/reasons.js";
import { showOptions } from "../shared/show-options.js";
import { padImage } from "../shared/windows.js";
import { avgPool2dOp } from "./avg-pool2d-ops.js";
import { type Pool2dOptions, pool2dAttrs } from "./pool2d-attrs.js";

/** Options of `avgPool2d` and `AvgPool2d`. */
export interface AvgPool2dOptions extends Pool2dOptions {
  /** Whether padding counts in the divisor. What `ceilMode` adds never does. Default true. */
  readonly countIncludePad?: boolean;
  /** Divides the sum of each window instead of the number of its elements. */
  readonly divisorOverride?: number;
}

/**
 * The mean of each window (torch.nn.functional.avg_pool2d).
 *
 * @param x `(n, c, h, w)`
 * @returns `(n, c, oh, ow)`; `oh = floor((h + 2 · padding - kernelSize) / stride) + 1`, rounded up with `ceilMode`
 * @throws ShapeError when no window fits or the rank is not 4, DTypeError for other dtypes than f32 and f64, DataError
 * for options out of range.
 *
 * @example
 * ```ts
 * import { avgPool2d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[1, 2, 5], [4, 3, 6]]]]);
 * await avgPool2d(x, { kernelSize: 2, stride: 1 }).array(); // => [[[[2.5, 4]]]]
 * ```
 */
export function avgPool2d(x: Tensor<NCHW>, options: AvgPool2dOptions): Tensor<NCHW> {
  const { countIncludePad = true, divisorOverride, owner } = options;
  const [, , h, w]: Shape = x.shape;
  const attrs = pool2dAttrs("avgPool2d", [h, w], options);
  checkOptions("avgPool2d", [divisorReason(divisorOverride)], owner);
  if (divisorOverride !== undefined) {
    const means = avgPool2dOp.call([x], { ...attrs, countIncludePad: true }, { owner });
    return mul(means, (attrs.kernelSize[0] * attrs.kernelSize[1]) / divisorOverride);
  }
  const [top, bottom, left, right] = attrs.padding;
  if (!countIncludePad || (top === bottom && left === right) || x.rank !== 4) {
    return avgPool2dOp.call([x], { ...attrs, countIncludePad }, { owner });
  }
  // The padding proper counts, what ceilMode adds does not: the one is put into the image, the other stays padding.
  const framed = padImage(x, [top, top, left, left]);
  const rest = { ...attrs, padding: [0, bottom - top, 0, right - left] as const, countIncludePad: false };
  return avgPool2dOp.call([framed], rest, { owner });
}

/** The reason why a divisor is none. */
export function divisorReason(divisor: number | undefined): Reason | undefined {
  if (divisor === undefined || (Number.isFinite(divisor) && divisor !== 0)) return undefined;
  return optionReason("divisorOverride", "a number other than 0", divisor, "leave it out");
}

/**
 * `avgPool2d` as a layer (torch.nn.AvgPool2d).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { AvgPool2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new AvgPool2d({ kernelSize: 2 }).forward(zeros([1, 3, 28, 28])).shape; // => [1, 3, 14, 14]
 * ```
 */
export class AvgPool2d extends Module {
  readonly #options: AvgPool2dOptions;

  constructor(options: AvgPool2dOptions) {
    super();
    pool2dAttrs("AvgPool2d", [1, 1], options);
    checkOptions("AvgPool2d", [divisorReason(options.divisorOverride)]);
    this.#options = options;
  }

  /** `(n, c, h, w)` → `(n, c, oh, ow)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return avgPool2d(x, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
