import { Module, ownedBy } from "@nn/layers";
import { reshape, type Shape, type Tensor } from "@nn/tensor";
import { checkInput, checkOptions, emptyReason } from "../shared/input-checks.js";
import type { NCDHW } from "../shared/nchw.js";
import { type Triple, tripleOf, tripleReason } from "../shared/pair.js";
import { adaptiveMaxPool2d } from "./adaptive-max-pool2d.js";

const labels = "n c d h w";

/**
 * The largest element of windows that are laid so that the result has a given size, whatever the size of the volume
 * (torch.nn.functional.adaptive_max_pool3d). The gradient goes to the first maximum of the window, plane by plane,
 * in row order.
 *
 * @param x `(n, c, d, h, w)`
 * @param outputSize depth, height and width of the result
 * @param owner the layer that calls, for errors
 * @throws ShapeError when the rank is not 5 or the volume is empty, DTypeError for other dtypes than f32 and f64,
 * DataError when the size is not made of positive integers.
 *
 * @example
 * ```ts
 * import { adaptiveMaxPool3d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await adaptiveMaxPool3d(tensor([[[[[1, 2]], [[3, 6]]]]]), [1, 1, 2]).array(); // => [[[[[3, 6]]]]]
 * ```
 */
export function adaptiveMaxPool3d(x: Tensor<NCDHW>, outputSize: Triple, owner?: object): Tensor<NCDHW> {
  checkOptions("adaptiveMaxPool3d", [tripleReason("outputSize", outputSize, 1)], owner);
  checkInput("adaptiveMaxPool3d", x, labels, owner, () => [emptyReason(x, labels)]);
  const [od, oh, ow] = tripleOf(outputSize);
  const [n, c, d, h, w]: Shape = x.shape;
  // A window is a box, so that the first maximum of its planes is in the first plane that has it.
  return ownedBy(owner, () => {
    const planes = adaptiveMaxPool2d(reshape(x, [n, c * d, h, w]), [oh, ow]);
    return reshape(adaptiveMaxPool2d(reshape(planes, [n, c, d, oh * ow]), [od, oh * ow]), [n, c, od, oh, ow]);
  });
}

/**
 * `adaptiveMaxPool3d` as a layer (torch.nn.AdaptiveMaxPool3d).
 *
 * @throws DataError when the size is not made of positive integers.
 *
 * @example
 * ```ts
 * import { AdaptiveMaxPool3d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new AdaptiveMaxPool3d({ outputSize: [2, 7, 7] }).forward(zeros([1, 3, 8, 30, 20])).shape; // => [1, 3, 2, 7, 7]
 * ```
 */
export class AdaptiveMaxPool3d extends Module {
  readonly #outputSize: Triple;

  constructor(options: { readonly outputSize: Triple }) {
    super();
    checkOptions("AdaptiveMaxPool3d", [tripleReason("outputSize", options.outputSize, 1)]);
    this.#outputSize = options.outputSize;
  }

  /** `(n, c, d, h, w)` → `(n, c, od, oh, ow)` */
  forward(x: Tensor<NCDHW>): Tensor<NCDHW> {
    return adaptiveMaxPool3d(x, this.#outputSize, this);
  }
  override extraRepr(): string {
    return `outputSize=[${tripleOf(this.#outputSize).join(", ")}]`;
  }
}
