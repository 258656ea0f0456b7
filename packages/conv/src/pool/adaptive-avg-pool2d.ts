import { Module, ownedBy } from "@nn/layers";
import { matmul, mean, type Shape, type Tensor } from "@nn/tensor";
import { checkInput, checkOptions, emptyReason } from "../shared/input-checks.js";
import type { NCHW } from "../shared/nchw.js";
import { type Pair, pairOf, pairReason } from "../shared/pair.js";
import { averaging } from "./adaptive-windows.js";
import { avgPool2dOp } from "./avg-pool2d-ops.js";

const labels = "n c h w";

/**
 * The mean of windows that are laid so that the result has a given size, whatever the size of the image
 * (torch.nn.functional.adaptive_avg_pool2d). Windows overlap where the sizes do not divide.
 *
 * @param x `(n, c, h, w)`
 * @param outputSize height and width of the result
 * @param owner the layer that calls, for errors
 * @throws ShapeError when the rank is not 4 or the image is empty, DTypeError for other dtypes than f32 and f64,
 * DataError when the size is not made of positive integers.
 *
 * @example
 * ```ts
 * import { adaptiveAvgPool2d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await adaptiveAvgPool2d(tensor([[[[1, 2, 6], [3, 4, 8]]]]), 1).array(); // => [[[[4]]]]
 * await adaptiveAvgPool2d(tensor([[[[1, 2, 6]]]]), [1, 2]).array(); // => [[[[1.5, 4]]]]
 * ```
 */
export function adaptiveAvgPool2d(x: Tensor<NCHW>, outputSize: Pair, owner?: object): Tensor<NCHW> {
  checkOptions("adaptiveAvgPool2d", [pairReason("outputSize", outputSize, 1)], owner);
  checkInput("adaptiveAvgPool2d", x, labels, owner, () => [emptyReason(x, labels)]);
  const [oh, ow] = pairOf(outputSize);
  const [, , h, w]: Shape = x.shape;
  if (oh === 1 && ow === 1) return mean(x, [2, 3], { keepDims: true });
  if (h % oh === 0 && w % ow === 0) {
    const kernelSize = [h / oh, w / ow] as const;
    const attrs = {
      kernelSize,
      stride: kernelSize,
      padding: [0, 0, 0, 0],
      dilation: [1, 1],
      countIncludePad: true,
    } as const;
    return avgPool2dOp.call([x], attrs, { owner });
  }
  // Uneven windows: each axis is averaged by one matrix product.
  return ownedBy(owner, () => {
    const rows = h === oh ? x : matmul(averaging(h, oh, x), x);
    return w === ow ? rows : matmul(rows, averaging(w, ow, x).transpose());
  });
}

/**
 * `adaptiveAvgPool2d` as a layer (torch.nn.AdaptiveAvgPool2d).
 *
 * @throws DataError when the size is not made of positive integers.
 *
 * @example
 * ```ts
 * import { AdaptiveAvgPool2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new AdaptiveAvgPool2d({ outputSize: 7 }).forward(zeros([1, 3, 30, 45])).shape; // => [1, 3, 7, 7]
 * ```
 */
export class AdaptiveAvgPool2d extends Module {
  readonly #outputSize: Pair;

  constructor(options: { readonly outputSize: Pair }) {
    super();
    checkOptions("AdaptiveAvgPool2d", [pairReason("outputSize", options.outputSize, 1)]);
    this.#outputSize = options.outputSize;
  }

  /** `(n, c, h, w)` → `(n, c, oh, ow)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return adaptiveAvgPool2d(x, this.#outputSize, this);
  }
  override extraRepr(): string {
    return `outputSize=[${pairOf(this.#outputSize).join(", ")}]`;
  }
}
