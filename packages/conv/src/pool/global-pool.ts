import { Module, ownedBy } from "@nn/layers";
import { argmax, defineOp, max, mean, reshape, type Shape, scatterAdd, type Tensor, zerosLike } from "@nn/tensor";
import { checkInput, emptyReason } from "../shared/input-checks.js";
import type { NCDHW, NCHW, NCL } from "../shared/nchw.js";

const labels = { 1: "n c l", 2: "n c h w", 3: "n c d h w" } as const;

/** The mean of each channel, with its axes kept as ones. */
function globalAvgPool(where: string, x: Tensor, axes: 1 | 2 | 3, owner: object): Tensor {
  checkInput(where, x, labels[axes], owner, () => [emptyReason(x, labels[axes])]);
  const all = Array.from({ length: axes }, (_, i) => 2 + i);
  return ownedBy(owner, () => mean(x, all, { keepDims: true }));
}

/** `[x (rows, places)]` → the largest of each row, `(rows, 1)`; the first of equal ones gets the gradient. */
const rowMax = defineOp({
  name: "rowMax",
  infer: ([x]) => ({ dtype: x.dtype, shape: [x.shape[0], 1] }),
  composed: ([x]) => max(x, 1, { keepDims: true }),
  vjp: ({ g, inputs: [x] }) => [scatterAdd(zerosLike(x), 1, argmax(x, 1, { keepDims: true }), g)],
});

function globalMaxPool(where: string, x: Tensor, axes: 1 | 2 | 3, owner: object): Tensor {
  checkInput(where, x, labels[axes], owner, () => [emptyReason(x, labels[axes])]);
  const [n, c, ...sizes]: Shape = x.shape;
  const rows = reshape(x, [n * c, sizes.reduce((product, size) => product * size, 1)]);
  return ownedBy(owner, () => reshape(rowMax.call([rows], undefined), [n, c, ...sizes.map(() => 1)]));
}

/**
 * The mean of each channel: `(n, c, l)` → `(n, c, 1)` (torch.nn.AdaptiveAvgPool1d(1)).
 *
 * @example
 * ```ts
 * import { GlobalAvgPool1d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new GlobalAvgPool1d().forward(zeros([1, 64, 7])).shape; // => [1, 64, 1]
 * ```
 */
export class GlobalAvgPool1d extends Module {
  /** `(n, c, l)` → `(n, c, 1)` */
  forward(x: Tensor<NCL>): Tensor<NCL> {
    return globalAvgPool("GlobalAvgPool1d", x, 1, this);
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
export class GlobalAvgPool2d extends Module {
  /** `(n, c, h, w)` → `(n, c, 1, 1)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return globalAvgPool("GlobalAvgPool2d", x, 2, this);
  }
}

/**
 * The mean of each channel: `(n, c, d, h, w)` → `(n, c, 1, 1, 1)` (torch.nn.AdaptiveAvgPool3d(1)).
 *
 * @example
 * ```ts
 * import { GlobalAvgPool3d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new GlobalAvgPool3d().forward(zeros([1, 64, 3, 7, 7])).shape; // => [1, 64, 1, 1, 1]
 * ```
 */
export class GlobalAvgPool3d extends Module {
  /** `(n, c, d, h, w)` → `(n, c, 1, 1, 1)` */
  forward(x: Tensor<NCDHW>): Tensor<NCDHW> {
    return globalAvgPool("GlobalAvgPool3d", x, 3, this);
  }
}

/**
 * The largest element of each channel: `(n, c, l)` → `(n, c, 1)` (torch.nn.AdaptiveMaxPool1d(1)).
 *
 * @example
 * ```ts
 * import { GlobalMaxPool1d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new GlobalMaxPool1d().forward(zeros([1, 64, 7])).shape; // => [1, 64, 1]
 * ```
 */
export class GlobalMaxPool1d extends Module {
  /** `(n, c, l)` → `(n, c, 1)` */
  forward(x: Tensor<NCL>): Tensor<NCL> {
    return globalMaxPool("GlobalMaxPool1d", x, 1, this);
  }
}

/**
 * The largest element of each channel: `(n, c, h, w)` → `(n, c, 1, 1)` (torch.nn.AdaptiveMaxPool2d(1)).
 *
 * @example
 * ```ts
 * import { GlobalMaxPool2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new GlobalMaxPool2d().forward(zeros([1, 64, 7, 7])).shape; // => [1, 64, 1, 1]
 * ```
 */
export class GlobalMaxPool2d extends Module {
  /** `(n, c, h, w)` → `(n, c, 1, 1)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return globalMaxPool("GlobalMaxPool2d", x, 2, this);
  }
}

/**
 * The largest element of each channel: `(n, c, d, h, w)` → `(n, c, 1, 1, 1)` (torch.nn.AdaptiveMaxPool3d(1)).
 *
 * @example
 * ```ts
 * import { GlobalMaxPool3d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new GlobalMaxPool3d().forward(zeros([1, 64, 3, 7, 7])).shape; // => [1, 64, 1, 1, 1]
 * ```
 */
export class GlobalMaxPool3d extends Module {
  /** `(n, c, d, h, w)` → `(n, c, 1, 1, 1)` */
  forward(x: Tensor<NCDHW>): Tensor<NCDHW> {
    return globalMaxPool("GlobalMaxPool3d", x, 3, this);
  }
}
