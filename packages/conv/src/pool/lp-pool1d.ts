import { Module, ownedBy } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import { checkOptions } from "../shared/input-checks.js";
import type { NCL } from "../shared/nchw.js";
import { showOptions } from "../shared/show-options.js";
import { avgPool1d } from "./avg-pool1d.js";
import { normReason, power, root } from "./lp-norm.js";
import { type Pool1dOptions, pool1dAxes } from "./pool-checks.js";

/** Options of `lpPool1d` and `LpPool1d`. */
export interface LpPool1dOptions extends Omit<Pool1dOptions, "padding"> {
  /** The exponent p: 1 sums, 2 gives Euclidean norms. */
  readonly normType: number;
}

/**
 * The p-norm of each window, (Σ xᵖ)^(1/p) (torch.nn.functional.lp_pool1d). Powers keep their sign, as in PyTorch: with an
 * odd p use it on numbers that are not negative. A window that `ceilMode` cuts counts as if it were whole.
 *
 * @param x `(n, c, l)`
 * @returns `(n, c, ol)`
 * @throws ShapeError when no window fits or the rank is not 3, DTypeError for other dtypes than f32 and f64, DataError
 * for options out of range.
 *
 * @example
 * ```ts
 * import { lpPool1d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await lpPool1d(tensor([[[3, 4]]]), { normType: 2, kernelSize: 2 }).array(); // => [[[5]]]
 * ```
 */
export function lpPool1d(x: Tensor<NCL>, options: LpPool1dOptions): Tensor<NCL> {
  const { normType, ...windows } = options;
  checkOptions("lpPool1d", [normReason(normType)], options.owner);
  return ownedBy(options.owner, () => {
    const means = avgPool1d(power(x, normType), windows);
    return root(means.mul(windows.kernelSize), normType);
  });
}

/**
 * `lpPool1d` as a layer (torch.nn.LPPool1d).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { LpPool1d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new LpPool1d({ normType: 2, kernelSize: 2 }).forward(zeros([1, 3, 8])).shape; // => [1, 3, 4]
 * ```
 */
export class LpPool1d extends Module {
  readonly #options: LpPool1dOptions;

  constructor(options: LpPool1dOptions) {
    super();
    pool1dAxes("LpPool1d", options);
    checkOptions("LpPool1d", [normReason(options.normType)]);
    this.#options = options;
  }

  /** `(n, c, l)` → `(n, c, ol)` */
  forward(x: Tensor<NCL>): Tensor<NCL> {
    return lpPool1d(x, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
