import type { Tensor } from "@nn/tensor";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormOptions } from "../norm/batch-norm-module.js";
import { inputSize } from "./input-size.js";
import { Lazy } from "./lazy.js";

/** The channels of the first input, and the options in its dtype and on its backend. */
function ofInput(where: string, x: Tensor, options: BatchNormOptions): [channels: number, options: BatchNormOptions] {
  const { dtype = x.dtype, backend = x.backend, ...others } = options;
  return [inputSize(where, x, 1, "(n, c, …)"), { ...others, dtype, backend }];
}

/**
 * A `BatchNorm1d` that takes its channels from the first input (torch.nn.LazyBatchNorm1d); see `Lazy`.
 *
 * @example
 * ```ts
 * import { LazyBatchNorm1d } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * new LazyBatchNorm1d().forward(zeros([5, 3])).shape; // => [5, 3]
 * ```
 */
export class LazyBatchNorm1d extends Lazy<BatchNorm1d> {
  constructor(options: BatchNormOptions = {}) {
    super((x) => new BatchNorm1d(...ofInput("LazyBatchNorm1d", x, options)));
  }
}

/**
 * A `BatchNorm2d` that takes its channels from the first input (torch.nn.LazyBatchNorm2d); see `Lazy`.
 *
 * @example
 * ```ts
 * import { LazyBatchNorm2d } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * new LazyBatchNorm2d().forward(zeros([2, 3, 4, 4])).shape; // => [2, 3, 4, 4]
 * ```
 */
export class LazyBatchNorm2d extends Lazy<BatchNorm2d> {
  constructor(options: BatchNormOptions = {}) {
    super((x) => new BatchNorm2d(...ofInput("LazyBatchNorm2d", x, options)));
  }
}

/**
 * A `BatchNorm3d` that takes its channels from the first input (torch.nn.LazyBatchNorm3d); see `Lazy`.
 *
 * @example
 * ```ts
 * import { LazyBatchNorm3d } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * new LazyBatchNorm3d().forward(zeros([2, 3, 2, 2, 2])).shape; // => [2, 3, 2, 2, 2]
 * ```
 */
export class LazyBatchNorm3d extends Lazy<BatchNorm3d> {
  constructor(options: BatchNormOptions = {}) {
    super((x) => new BatchNorm3d(...ofInput("LazyBatchNorm3d", x, options)));
  }
}
