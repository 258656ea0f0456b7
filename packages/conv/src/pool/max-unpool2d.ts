import { Module } from "@nn/layers";
import {
  defineOp,
  describe,
  div,
  gather,
  maximum,
  type Op,
  onesLike,
  reshape,
  type Shape,
  scatterAdd,
  type Tensor,
  zeros,
} from "@nn/tensor";
import { checkInput, checkOptions, inputRow } from "../shared/input-checks.js";
import type { NCHW } from "../shared/nchw.js";
import { optionReason, type Pair, pairOf, pairReason } from "../shared/pair.js";
import { throwReasons } from "../shared/reasons.js";
import { showOptions } from "../shared/show-options.js";

type UnpoolAttrs = { readonly outputSize: readonly [height: number, width: number] };

/** `[x, indices]`. Several values for one place are those of overlapping windows, and equal: their mean is put there. */
const op: Op<UnpoolAttrs> = defineOp<UnpoolAttrs>({
  name: "maxUnpool2d",
  infer: ([x, indices], { outputSize }) => {
    checkInput("maxUnpool2d", x, "n c h w");
    const fits =
      indices.dtype === "i32" && indices.rank === 4 && x.shape.every((d: number, i: number) => d === indices.shape[i]);
    if (fits) return { dtype: x.dtype, shape: [x.shape[0], x.shape[1], ...outputSize] };
    const rows = () => [...inputRow(x, "n c h w"), ["indices", describe(indices)] as const];
    throwReasons("maxUnpool2d", rows, [
      {
        kind: indices.dtype === "i32" ? "shape" : "dtype",
        problem: "the indices do not fit the input",
        expected: `indices i32 [${x.shape.join(", ")}], got ${describe(indices)}`,
        fix: "give the values and the indices of one maxPool2dWithIndices",
      },
    ]);
    return x;
  },
  emptyValue: () => 0,
  composed: ([x, indices], { outputSize }) => {
    const [n, c]: Shape = x.shape;
    const [index, values] = [byChannel(indices), byChannel(x)];
    const empty = zeros([n * c, outputSize[0] * outputSize[1]], { dtype: x.dtype, backend: x.backend });
    const sums = scatterAdd(empty, 1, index, values);
    const counts = scatterAdd(empty, 1, index, onesLike(values));
    return reshape(div(sums, maximum(counts, 1)), [n, c, ...outputSize]);
  },
  saves: { inputs: [1] },
  vjp: ({ g, inputs: [, indices] }) => [reshape(gather(byChannel(g), 1, byChannel(indices)), indices.shape), undefined],
});

function byChannel(x: Tensor): Tensor {
  const [n, c, h, w]: Shape = x.shape;
  return reshape(x, [n * c, h * w]);
}

/** Options of `MaxUnpool2d`. */
export interface MaxUnpool2dOptions {
  /** Height and width of the windows of the pool. */
  readonly kernelSize: Pair;
  /** Distance between the windows. Default: `kernelSize`. */
  readonly stride?: Pair;
  /** Padding of the pool. Default 0. */
  readonly padding?: Pair;
}

/** Options of `maxUnpool2d`. */
export interface MaxUnpool2dCallOptions extends MaxUnpool2dOptions {
  /** Height and width of the result. Default: `(size - 1) · stride - 2 · padding + kernelSize`. */
  readonly outputSize?: Pair;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Puts the maxima back where they were, and zeros elsewhere (torch.nn.functional.max_unpool2d).
 *
 * @param x `(n, c, h, w)`
 * @param indices i32, of x's shape: places in the result, counted row by row. All must lie in it.
 * @throws ShapeError when the indices are not of x's shape, DTypeError when they are not i32, DataError for options out
 * of range.
 *
 * @example
 * ```ts
 * import { maxPool2dWithIndices, maxUnpool2d } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const { values, indices } = maxPool2dWithIndices(tensor([[[[1, 2], [4, 3]]]]), { kernelSize: 2 });
 * await maxUnpool2d(values, indices, { kernelSize: 2 }).array(); // => [[[[0, 0], [4, 0]]]]
 * ```
 */
export function maxUnpool2d(x: Tensor<NCHW>, indices: Tensor<NCHW>, options: MaxUnpool2dCallOptions): Tensor<NCHW> {
  const { owner } = options;
  checkWindows("maxUnpool2d", options, owner);
  checkInput("maxUnpool2d", x, "n c h w", owner);
  return op.call([x, indices], { outputSize: sizeOf(x.shape, options, owner) }, { owner });
}

function checkWindows(where: string, options: MaxUnpool2dOptions, owner?: object): void {
  const { kernelSize, stride = kernelSize, padding = 0 } = options;
  const reasons = [
    pairReason("kernelSize", kernelSize, 1),
    pairReason("stride", stride, 1),
    pairReason("padding", padding, 0),
  ];
  checkOptions(where, reasons, owner);
}

function sizeOf(shape: Shape, options: MaxUnpool2dCallOptions, owner?: object): readonly [number, number] {
  const { kernelSize, stride = kernelSize, padding = 0, outputSize } = options;
  const [kernel, step, side] = [pairOf(kernelSize), pairOf(stride), pairOf(padding)];
  const usual = (i: 0 | 1) => (shape[2 + i] - 1) * step[i] - 2 * side[i] + kernel[i];
  const size = outputSize === undefined ? ([usual(0), usual(1)] as const) : pairOf(outputSize);
  const near = size.every((d, i) => Number.isInteger(d) && d >= 1 && Math.abs(d - usual(i as 0 | 1)) < step[i]);
  if (near) return size;
  const expected = `less than the stride from [${usual(0)}, ${usual(1)}]`;
  checkOptions("maxUnpool2d", [optionReason("outputSize", expected, size, "give the size of the pool's input")], owner);
  return size;
}

/**
 * `maxUnpool2d` as a layer (torch.nn.MaxUnpool2d).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { MaxUnpool2d, maxPool2dWithIndices } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * const { values, indices } = maxPool2dWithIndices(zeros([1, 3, 8, 8]), { kernelSize: 2 });
 * new MaxUnpool2d({ kernelSize: 2 }).forward(values, indices).shape; // => [1, 3, 8, 8]
 * ```
 */
export class MaxUnpool2d extends Module {
  readonly #options: MaxUnpool2dOptions;

  constructor(options: MaxUnpool2dOptions) {
    super();
    checkWindows("MaxUnpool2d", options);
    this.#options = options;
  }

  /** Values and indices `(n, c, h, w)` → `(n, c, oh, ow)`; `outputSize` as for `maxUnpool2d`. */
  forward(x: Tensor<NCHW>, indices: Tensor<NCHW>, outputSize?: Pair): Tensor<NCHW> {
    return maxUnpool2d(x, indices, { ...this.#options, outputSize, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
