import { Module } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import { showOptions } from "../shared/show-options.js";
import { checkInterpolate, type InterpolateOptions, interpolate } from "./interpolate.js";

/**
 * `interpolate` as a layer (torch.nn.Upsample).
 *
 * @throws DataError for options that do not fit.
 *
 * @example
 * ```ts
 * import { Upsample } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new Upsample({ scaleFactor: 2, mode: "bilinear" }).forward(zeros([1, 3, 8, 8])).shape; // => [1, 3, 16, 16]
 * ```
 */
export class Upsample extends Module {
  readonly #options: InterpolateOptions;

  constructor(options: InterpolateOptions) {
    super();
    checkInterpolate("Upsample", options);
    this.#options = options;
  }

  /** `(n, c, …)` → `(n, c, …)` of the new size */
  forward(x: Tensor): Tensor {
    return interpolate(x, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
