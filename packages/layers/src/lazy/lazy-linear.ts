import { checkCount } from "../checks.js";
import { Linear, type LinearOptions } from "../linear.js";
import { inputSize } from "./input-size.js";
import { Lazy } from "./lazy.js";

/**
 * A `Linear` that takes its number of input features from the first input (torch.nn.LazyLinear); see `Lazy`.
 *
 * @throws DataError when `outFeatures` is not a positive integer.
 *
 * @example
 * ```ts
 * import { flatten, LazyLinear, Sequential, summary } from "@nn/layers";
 * import { stateDict } from "@nn/tensor";
 *
 * const model = new Sequential(flatten, new LazyLinear(10));
 * summary(model, [1, 3, 4, 4]).parameters; // => 490
 * stateDict(model)["1.weight"].shape; // => [10, 48]
 * ```
 */
export class LazyLinear extends Lazy<Linear> {
  constructor(
    readonly outFeatures: number,
    options: LinearOptions = {},
  ) {
    checkCount("LazyLinear", "outFeatures", outFeatures);
    super((x) => {
      const { dtype = x.dtype, backend = x.backend, ...others } = options;
      return new Linear(inputSize("LazyLinear", x, -1, "(…, in)"), outFeatures, { ...others, dtype, backend });
    });
  }

  override extraRepr(): string {
    return `outFeatures=${this.outFeatures}`;
  }
}
