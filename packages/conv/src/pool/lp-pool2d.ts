import { Module, ownedBy } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import { checkOptions } from "../shared/input-checks.js";
import type { NCHW } from "../shared/nchw.js";
import { pairOf } from "../shared/pair.js";
import { showOptions } from "../shared/show-options.js";
import { avgPool2d } from "./avg-pool2d.js";
import { normReason, power, root } from "./lp-norm.js";
import { type Pool2dOptions, pool2dAttrs } from "./pool2d-attrs.js";

/** Options of `lpPool2d` and `LpPool2d`. */
export interface LpPool2dOptions extends Omit<Pool2dOptions, "padding"> {
  /** The exponent p: 1 sums, 2 gives Euclidean norms. */
  readonly normType: number;
}

/**
 * The p-norm of each window, (Σ xᵖ)^(1/p) (torch.nn.functional.lp_pool2d). Powers keep their sign, as in PyTorch: with an
 * odd p use it on numbers that are not negative. A window that `ceilMode` cuts counts as if it were whole.
 *
 * @param x `(n, c, h, w)`
 * @returns `(n, c, oh, ow)`
 * @throws ShapeError when no window fits or the rank is not 4, DTypeError for other dtypes than f32 and f64, DataError
 * for options out of range.
 *
 * @example
 * ```ts
 * import { lpPool2d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await lpPool2d(tensor([[[[3, 4], [0, 0]]]]), { normType: 2, kernelSize: 2 }).array(); // => [[[[5]]]]
 * ```
 */
export function lpPool2d(x: Tensor<NCHW>, options: LpPool2dOptions): Tensor<NCHW> {
  const { normType, ...windows } = options;
  checkOptions("lpPool2d", [normReason(normType)], options.owner);
  return ownedBy(options.owner, () => {
    const [kh, kw] = pairOf(windows.kernelSize);
    const means = avgPool2d(power(x, normType), windows);
    return root(means.mul(kh * kw), normType);
  });
}

/**
 * `lpPool2d` as a layer (torch.nn.LPPool2d).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { LpPool2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new LpPool2d({ normType: 2, kernelSize: 2 }).forward(zeros([1, 3, 8, 8])).shape; // => [1, 3, 4, 4]
 * ```
 */
export class LpPool2d extends Module {
  readonly #options: LpPool2dOptions;

  constructor(options: LpPool2dOptions) {
    super();
    pool2dAttrs("LpPool2d", [1, 1], options);
    checkOptions("LpPool2d", [normReason(options.normType)]);
    this.#options = options;
  }

  /** `(n, c, h, w)` → `(n, c, oh, ow)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return lpPool2d(x, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
