import { Module, ownedBy } from "@nn/layers";
import { indexSelect, type Shape, type Tensor, tensor } from "@nn/tensor";
import { checkInput, checkOptions, emptyReason } from "../shared/input-checks.js";
import type { NCHW } from "../shared/nchw.js";
import { type Pair, pairOf, pairReason } from "../shared/pair.js";
import { adaptiveWindows } from "./adaptive-windows.js";
import { maxPool2d } from "./max-pool2d.js";

const labels = "n c h w";

/**
 * The largest element of windows that are laid so that the result has a given size, whatever the size of the image
 * (torch.nn.functional.adaptive_max_pool2d). The gradient goes to the first maximum of the window in row order.
 *
 * @param x `(n, c, h, w)`
 * @param outputSize height and width of the result
 * @param owner the layer that calls, for errors
 * @throws ShapeError when the rank is not 4 or the image is empty, DTypeError for other dtypes than f32 and f64,
 * DataError when the size is not made of positive integers.
 *
 * @example
 * ```ts
 * import { adaptiveMaxPool2d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await adaptiveMaxPool2d(tensor([[[[1, 2, 6]]]]), [1, 2]).array(); // => [[[[2, 6]]]]
 * ```
 */
export function adaptiveMaxPool2d(x: Tensor<NCHW>, outputSize: Pair, owner?: object): Tensor<NCHW> {
  checkOptions("adaptiveMaxPool2d", [pairReason("outputSize", outputSize, 1)], owner);
  checkInput("adaptiveMaxPool2d", x, labels, owner, () => [emptyReason(x, labels)]);
  const [oh, ow] = pairOf(outputSize);
  return ownedBy(owner, () => {
    const rows = sideBySide(x, 2, oh);
    const columns = sideBySide(rows.x, 3, ow);
    return maxPool2d(columns.x, { kernelSize: [rows.length, columns.length], owner });
  });
}

/**
 * Lays the windows of an axis side by side, all of the length of the longest: shorter ones repeat their last element,
 * which is never the first maximum.
 */
function sideBySide(x: Tensor, axis: number, windows: number): { readonly x: Tensor; readonly length: number } {
  const size = (x.shape as Shape)[axis];
  if (size % windows === 0) return { x, length: size / windows };
  const ranges = adaptiveWindows(size, windows);
  const length = Math.max(...ranges.map(([start, end]) => end - start));
  const places = ranges.flatMap(([start, end]) => Array.from({ length }, (_, i) => Math.min(start + i, end - 1)));
  return { x: indexSelect(x, axis, tensor(places, { dtype: "i32", backend: x.backend })), length };
}

/**
 * `adaptiveMaxPool2d` as a layer (torch.nn.AdaptiveMaxPool2d).
 *
 * @throws DataError when the size is not made of positive integers.
 *
 * @example
 * ```ts
 * import { AdaptiveMaxPool2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new AdaptiveMaxPool2d({ outputSize: 7 }).forward(zeros([1, 3, 30, 45])).shape; // => [1, 3, 7, 7]
 * ```
 */
export class AdaptiveMaxPool2d extends Module {
  readonly #outputSize: Pair;

  constructor(options: { readonly outputSize: Pair }) {
    super();
    checkOptions("AdaptiveMaxPool2d", [pairReason("outputSize", options.outputSize, 1)]);
    this.#outputSize = options.outputSize;
  }

  /** `(n, c, h, w)` → `(n, c, oh, ow)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return adaptiveMaxPool2d(x, this.#outputSize, this);
  }
  override extraRepr(): string {
    return `outputSize=[${pairOf(this.#outputSize).join(", ")}]`;
  }
}
