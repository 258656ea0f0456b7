import { Module, ownedBy } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import { checkInput, checkOptions, emptyReason } from "../shared/input-checks.js";
import type { NCL } from "../shared/nchw.js";
import { countReason } from "../shared/pair.js";
import { adaptiveAvgPool2d } from "./adaptive-avg-pool2d.js";

const labels = "n c l";

/**
 * The mean of windows that are laid so that the result has a given length, whatever the length of the sequence
 * (torch.nn.functional.adaptive_avg_pool1d).
 *
 * @param x `(n, c, l)`
 * @param outputSize length of the result
 * @param owner the layer that calls, for errors
 * @throws ShapeError when the rank is not 3 or the sequence is empty, DTypeError for other dtypes than f32 and f64,
 * DataError when the size is no positive integer.
 *
 * @example
 * ```ts
 * import { adaptiveAvgPool1d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await adaptiveAvgPool1d(tensor([[[1, 2, 6]]]), 2).array(); // => [[[1.5, 4]]]
 * ```
 */
export function adaptiveAvgPool1d(x: Tensor<NCL>, outputSize: number, owner?: object): Tensor<NCL> {
  checkOptions("adaptiveAvgPool1d", [countReason("outputSize", outputSize, 1)], owner);
  checkInput("adaptiveAvgPool1d", x, labels, owner, () => [emptyReason(x, labels)]);
  return ownedBy(owner, () => adaptiveAvgPool2d(x.unsqueeze(2), [1, outputSize], owner).squeeze(2));
}

/**
 * `adaptiveAvgPool1d` as a layer (torch.nn.AdaptiveAvgPool1d).
 *
 * @throws DataError when the size is no positive integer.
 *
 * @example
 * ```ts
 * import { AdaptiveAvgPool1d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new AdaptiveAvgPool1d({ outputSize: 5 }).forward(zeros([1, 3, 12])).shape; // => [1, 3, 5]
 * ```
 */
export class AdaptiveAvgPool1d extends Module {
  readonly #outputSize: number;

  constructor(options: { readonly outputSize: number }) {
    super();
    checkOptions("AdaptiveAvgPool1d", [countReason("outputSize", options.outputSize, 1)]);
    this.#outputSize = options.outputSize;
  }

  /** `(n, c, l)` → `(n, c, outputSize)` */
  forward(x: Tensor<NCL>): Tensor<NCL> {
    return adaptiveAvgPool1d(x, this.#outputSize, this);
  }
  override extraRepr(): string {
    return `outputSize=${this.#outputSize}`;
  }
}
