import { inputSize, Lazy } from "@nn/layers";
import type { CreateOptions, Tensor } from "@nn/tensor";
import { checkOptions } from "../shared/input-checks.js";
import { countReason } from "../shared/pair.js";
import { ConvTranspose1d, type ConvTranspose1dOptions } from "./conv-transpose1d.js";
import { ConvTranspose2d, type ConvTranspose2dOptions } from "./conv-transpose2d.js";
import { ConvTranspose3d, type ConvTranspose3dOptions } from "./conv-transpose3d.js";
import { Conv1d, type Conv1dOptions } from "./conv1d.js";
import { Conv2d, type Conv2dOptions } from "./conv2d.js";
import { Conv3d, type Conv3dOptions } from "./conv3d.js";

type Convolution<L, O> = new (inChannels: number, outChannels: number, options: O) => L;

/** Makes the layer for the channels of the first input, in its dtype and on its backend. */
function builder<L, O extends CreateOptions>(
  where: string,
  layout: string,
  layer: Convolution<L, O>,
  outChannels: number,
  options: O,
): (x: Tensor) => L {
  checkOptions(where, [countReason("outChannels", outChannels, 1)]);
  return (x) => {
    const { dtype = x.dtype, backend = x.backend } = options;
    return new layer(inputSize(where, x, 1, layout), outChannels, { ...options, dtype, backend });
  };
}

/**
 * A `Conv1d` that takes its input channels from the first input (torch.nn.LazyConv1d); see `Lazy` of `@nn/layers`.
 *
 * @throws DataError when `outChannels` is no positive integer; the first call throws what `Conv1d` throws.
 *
 * @example
 * ```ts
 * import { LazyConv1d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new LazyConv1d(8, { kernelSize: 3 }).forward(zeros([5, 3, 16])).shape; // => [5, 8, 14]
 * ```
 */
export class LazyConv1d extends Lazy<Conv1d> {
  constructor(outChannels: number, options: Conv1dOptions) {
    super(builder("LazyConv1d", "(n, c, l)", Conv1d, outChannels, options));
  }
}

/**
 * A `Conv2d` that takes its input channels from the first input (torch.nn.LazyConv2d); see `Lazy` of `@nn/layers`.
 *
 * @throws DataError when `outChannels` is no positive integer; the first call throws what `Conv2d` throws.
 *
 * @example
 * ```ts
 * import { LazyConv2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new LazyConv2d(8, { kernelSize: 3 }).forward(zeros([5, 3, 8, 8])).shape; // => [5, 8, 6, 6]
 * ```
 */
export class LazyConv2d extends Lazy<Conv2d> {
  constructor(outChannels: number, options: Conv2dOptions) {
    super(builder("LazyConv2d", "(n, c, h, w)", Conv2d, outChannels, options));
  }
}

/**
 * A `Conv3d` that takes its input channels from the first input (torch.nn.LazyConv3d); see `Lazy` of `@nn/layers`.
 *
 * @throws DataError when `outChannels` is no positive integer; the first call throws what `Conv3d` throws.
 *
 * @example
 * ```ts
 * import { LazyConv3d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new LazyConv3d(8, { kernelSize: 3 }).forward(zeros([5, 3, 4, 8, 8])).shape; // => [5, 8, 2, 6, 6]
 * ```
 */
export class LazyConv3d extends Lazy<Conv3d> {
  constructor(outChannels: number, options: Conv3dOptions) {
    super(builder("LazyConv3d", "(n, c, d, h, w)", Conv3d, outChannels, options));
  }
}

/**
 * A `ConvTranspose1d` that takes its input channels from the first input (torch.nn.LazyConvTranspose1d); see `Lazy` of `@nn/layers`.
 *
 * @throws DataError when `outChannels` is no positive integer; the first call throws what `ConvTranspose1d` throws.
 *
 * @example
 * ```ts
 * import { LazyConvTranspose1d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new LazyConvTranspose1d(8, { kernelSize: 3 }).forward(zeros([5, 3, 16])).shape; // => [5, 8, 18]
 * ```
 */
export class LazyConvTranspose1d extends Lazy<ConvTranspose1d> {
  constructor(outChannels: number, options: ConvTranspose1dOptions) {
    super(builder("LazyConvTranspose1d", "(n, c, l)", ConvTranspose1d, outChannels, options));
  }
}

/**
 * A `ConvTranspose2d` that takes its input channels from the first input (torch.nn.LazyConvTranspose2d); see `Lazy` of `@nn/layers`.
 *
 * @throws DataError when `outChannels` is no positive integer; the first call throws what `ConvTranspose2d` throws.
 *
 * @example
 * ```ts
 * import { LazyConvTranspose2d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new LazyConvTranspose2d(8, { kernelSize: 3 }).forward(zeros([5, 3, 8, 8])).shape; // => [5, 8, 10, 10]
 * ```
 */
export class LazyConvTranspose2d extends Lazy<ConvTranspose2d> {
  constructor(outChannels: number, options: ConvTranspose2dOptions) {
    super(builder("LazyConvTranspose2d", "(n, c, h, w)", ConvTranspose2d, outChannels, options));
  }
}

/**
 * A `ConvTranspose3d` that takes its input channels from the first input (torch.nn.LazyConvTranspose3d); see `Lazy` of `@nn/layers`.
 *
 * @throws DataError when `outChannels` is no positive integer; the first call throws what `ConvTranspose3d` throws.
 *
 * @example
 * ```ts
 * import { LazyConvTranspose3d } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new LazyConvTranspose3d(8, { kernelSize: 3 }).forward(zeros([5, 3, 4, 8, 8])).shape; // => [5, 8, 6, 10, 10]
 * ```
 */
export class LazyConvTranspose3d extends Lazy<ConvTranspose3d> {
  constructor(outChannels: number, options: ConvTranspose3dOptions) {
    super(builder("LazyConvTranspose3d", "(n, c, d, h, w)", ConvTranspose3d, outChannels, options));
  }
}
