import { Module, ownedBy } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import type { NCL } from "../shared/nchw.js";
import { showOptions } from "../shared/show-options.js";
import { maxPool2d } from "./max-pool2d.js";
import { checkPoolInput, type Pool1dOptions, pool1dAxes } from "./pool-checks.js";

/** Options of `maxPool1d` and `MaxPool1d`. */
export interface MaxPool1dOptions extends Pool1dOptions {
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: number;
}

/**
 * The largest element of each window of sequences (torch.nn.functional.max_pool1d): `maxPool2d` of images of height 1.
 *
 * @param x `(n, c, l)`
 * @returns `(n, c, ol)`; `ol = floor((l + 2 · padding - dilation · (kernelSize - 1) - 1) / stride) + 1`, rounded up with
 * `ceilMode`
 * @throws ShapeError when no window fits or the rank is not 3, DTypeError for other dtypes than f32 and f64, DataError
 * for options out of range.
 *
 * @example
 * ```ts
 * import { maxPool1d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await maxPool1d(tensor([[[1, 5, 2, 3]]]), { kernelSize: 2 }).array(); // => [[[5, 3]]]
 * ```
 */
export function maxPool1d(x: Tensor<NCL>, options: MaxPool1dOptions): Tensor<NCL> {
  const { owner } = options;
  const axes = pool1dAxes("maxPool1d", options);
  checkPoolInput("maxPool1d", x, "n c l", axes, owner);
  const { kernelSize, stride, padding, dilation, ceilMode } = axes;
  const images = {
    kernelSize: [1, kernelSize[0]],
    stride: [1, stride[0]],
    padding: [0, padding[0]],
    dilation: [1, dilation[0]],
    ceilMode,
    owner,
  } as const;
  return ownedBy(owner, () => maxPool2d(x.unsqueeze(2), images).squeeze(2));
}

/**
 * `maxPool1d` as a layer (torch.nn.MaxPool1d).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { MaxPool1d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new MaxPool1d({ kernelSize: 3, stride: 2 }).forward(zeros([1, 3, 9])).shape; // => [1, 3, 4]
 * ```
 */
export class MaxPool1d extends Module {
  readonly #options: MaxPool1dOptions;

  constructor(options: MaxPool1dOptions) {
    super();
    pool1dAxes("MaxPool1d", options);
    this.#options = options;
  }

  /** `(n, c, l)` → `(n, c, ol)` */
  forward(x: Tensor<NCL>): Tensor<NCL> {
    return maxPool1d(x, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
