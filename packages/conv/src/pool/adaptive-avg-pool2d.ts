import { Module, ownedBy } from "@nn/layers";
import { describe, matmul, mean, type Shape, type Tensor, tensor } from "@nn/tensor";
import type { NCHW } from "../shared/nchw.js";
import { type Pair, pairOf, pairReason } from "../shared/pair.js";
import { noOperands, type Reason, throwReasons } from "../shared/reasons.js";
import { avgPool2dOp } from "./avg-pool2d-ops.js";
import { dtypeReason, rankReason } from "./pool2d-attrs.js";

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
  const reasons = [pairReason("outputSize", outputSize, 1), rankReason(x), dtypeReason(x), emptyReason(x)];
  throwReasons("adaptiveAvgPool2d", () => [["input", describe(x), "n c h w"]], reasons, owner);
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
  return ownedBy(owner, () => matmul(matmul(averaging(h, oh, x), x), averaging(w, ow, x).transpose()));
}

/** `(windows, size)`: row i holds 1 / length over the elements of window i. */
function averaging(size: number, windows: number, like: Tensor): Tensor {
  const weights = new Float64Array(windows * size);
  for (let i = 0; i < windows; i++) {
    const start = Math.floor((i * size) / windows);
    const end = Math.ceil(((i + 1) * size) / windows);
    weights.fill(1 / (end - start), i * size + start, i * size + end);
  }
  return tensor(weights, { shape: [windows, size], dtype: like.dtype, backend: like.backend });
}

function emptyReason(x: Tensor): Reason | undefined {
  if (x.rank !== 4 || (x.shape[2] > 0 && x.shape[3] > 0)) return undefined;
  return {
    kind: "shape",
    problem: "the image is empty",
    expected: `h and w of at least 1, got ${x.shape[2]} and ${x.shape[3]}`,
    fix: "check the layer before it",
  };
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
    throwReasons("AdaptiveAvgPool2d", noOperands, [pairReason("outputSize", options.outputSize, 1)]);
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

/**
 * The mean of each channel: `(n, c, h, w)` → `(n, c, 1, 1)` (torch.nn.AdaptiveAvgPool2d(1)).
 *
 * @example
 * ```ts
 * import { GlobalAvgPool2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new GlobalAvgPool2d().forward(zeros([1, 64, 7, 7])).shape; // => [1, 64, 1, 1]
 * ```
 */
export class GlobalAvgPool2d extends AdaptiveAvgPool2d {
  constructor() {
    super({ outputSize: 1 });
  }
  override extraRepr(): string {
    return "";
  }
}
