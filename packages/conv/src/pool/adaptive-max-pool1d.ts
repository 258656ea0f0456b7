import { Module, ownedBy } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import { checkInput, checkOptions, emptyReason } from "../shared/input-checks.js";
import type { NCL } from "../shared/nchw.js";
import { countReason } from "../shared/pair.js";
import { adaptiveMaxPool2d } from "./adaptive-max-pool2d.js";

const labels = "n c l";

/**
 * The largest element of windows that are laid so that the result has a given length, whatever the length of the sequence
 * (torch.nn.functional.adaptive_max_pool1d).
 *
 * @param x `(n, c, l)`
 * @param outputSize length of the result
 * @param owner the layer that calls, for errors
 * @throws ShapeError when the rank is not 3 or the sequence is empty, DTypeError for other dtypes than f32 and f64,
 * DataError when the size is no positive integer.
 *
 * @example
 * ```ts
 * import { adaptiveMaxPool1d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await adaptiveMaxPool1d(tensor([[[1, 2, 6]]]), 2).array(); // => [[[2, 6]]]
 * ```
 */
export function adaptiveMaxPool1d(x: Tensor<NCL>, outputSize: number, owner?: object): Tensor<NCL> {
  checkOptions("adaptiveMaxPool1d", [countReason("outputSize", outputSize, 1)], owner);
  checkInput("adaptiveMaxPool1d", x, labels, owner, () => [emptyReason(x, labels)]);
  return ownedBy(owner, () => adaptiveMaxPool2d(x.unsqueeze(2), [1, outputSize], owner).squeeze(2));
}

/**
 * `adaptiveMaxPool1d` as a layer (torch.nn.AdaptiveMaxPool1d).
 *
 * @throws DataError when the size is no positive integer.
 *
 * @example
 * ```ts
 * import { AdaptiveMaxPool1d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new AdaptiveMaxPool1d({ outputSize: 5 }).forward(zeros([1, 3, 12])).shape; // => [1, 3, 5]
 * ```
 */
export class AdaptiveMaxPool1d extends Module {
  readonly #outputSize: number;

  constructor(options: { readonly outputSize: number }) {
    super();
    checkOptions("AdaptiveMaxPool1d", [countReason("outputSize", options.outputSize, 1)]);
    this.#outputSize = options.outputSize;
  }

  /** `(n, c, l)` → `(n, c, outputSize)` */
  forward(x: Tensor<NCL>): Tensor<NCL> {
    return adaptiveMaxPool1d(x, this.#outputSize, this);
  }
  override extraRepr(): string {
    return `outputSize=${this.#outputSize}`;
  }
}
