import { Module, ownedBy } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import type { NCL } from "../shared/nchw.js";
import { showOptions } from "../shared/show-options.js";
import { avgPool2d } from "./avg-pool2d.js";
import { checkPoolInput, type Pool1dOptions, pool1dAxes } from "./pool-checks.js";

/** Options of `avgPool1d` and `AvgPool1d`. */
export interface AvgPool1dOptions extends Pool1dOptions {
  /** Whether padding counts in the divisor. What `ceilMode` adds never does. Default true. */
  readonly countIncludePad?: boolean;
}

/**
 * The mean of each window of sequences (torch.nn.functional.avg_pool1d): `avgPool2d` of images of height 1.
 *
 * @param x `(n, c, l)`
 * @returns `(n, c, ol)`; `ol = floor((l + 2 · padding - kernelSize) / stride) + 1`, rounded up with `ceilMode`
 * @throws ShapeError when no window fits or the rank is not 3, DTypeError for other dtypes than f32 and f64, DataError
 * for options out of range.
 *
 * @example
 * ```ts
 * import { avgPool1d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await avgPool1d(tensor([[[1, 5, 2, 3]]]), { kernelSize: 2 }).array(); // => [[[3, 2.5]]]
 * ```
 */
export function avgPool1d(x: Tensor<NCL>, options: AvgPool1dOptions): Tensor<NCL> {
  const { countIncludePad, owner } = options;
  const axes = pool1dAxes("avgPool1d", options);
  checkPoolInput("avgPool1d", x, "n c l", axes, owner);
  const { kernelSize, stride, padding, ceilMode } = axes;
  const images = {
    kernelSize: [1, kernelSize[0]],
    stride: [1, stride[0]],
    padding: [0, padding[0]],
    ceilMode,
    countIncludePad,
    owner,
  } as const;
  return ownedBy(owner, () => avgPool2d(x.unsqueeze(2), images).squeeze(2));
}

/**
 * `avgPool1d` as a layer (torch.nn.AvgPool1d).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { AvgPool1d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new AvgPool1d({ kernelSize: 2 }).forward(zeros([1, 3, 8])).shape; // => [1, 3, 4]
 * ```
 */
export class AvgPool1d extends Module {
  readonly #options: AvgPool1dOptions;

  constructor(options: AvgPool1dOptions) {
    super();
    pool1dAxes("AvgPool1d", options);
    this.#options = options;
  }

  /** `(n, c, l)` → `(n, c, ol)` */
  forward(x: Tensor<NCL>): Tensor<NCL> {
    return avgPool1d(x, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
