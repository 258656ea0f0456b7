import { Module, ownedBy } from "@nn/layers";
import { concat, describe, isTensor, type Shape, slice, type Tensor } from "@nn/tensor";
import { checkInput, checkOptions, emptyReason } from "../shared/input-checks.js";
import type { NCHW } from "../shared/nchw.js";
import { optionReason, type Pair, pairOf, pairReason } from "../shared/pair.js";
import { throwReasons } from "../shared/reasons.js";
import { showOptions } from "../shared/show-options.js";
import { type Boxes, checkBoxes } from "./box-checks.js";
import { roiAlignOp } from "./roi-align-op.js";

/** Options of `RoiAlign`. */
export interface RoiAlignOptions {
  /** Height and width of the result. */
  readonly outputSize: Pair;
  /** Elements of x per pixel of the boxes: 1 / 16 for features with a stride of 16. Default 1. */
  readonly spatialScale?: number;
  /** Samples of a bin along each axis; 0 or less for as many as it spans elements, rounded up. Default -1. */
  readonly samplingRatio?: number;
  /** Whether pixels have their centers at whole numbers, less 0.5; regions then may be smaller than 1. Default false. */
  readonly aligned?: boolean;
}

/** Options of `roiAlign`. */
export interface RoiAlignCallOptions extends RoiAlignOptions {
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/** Boxes of all images with the image in the first column, `(k, 5)`; or one table `(n, 4)` per image, which is faster. */
export type Regions = Tensor<[k: number, five: number]> | readonly Tensor<Boxes>[];

/**
 * Regions of interest in a fixed size: each bin of a region is the mean of samples between the elements
 * (torchvision.ops.roi_align; He et al. 2017). The gradient goes to x, not to the boxes, as in torchvision.
 *
 * @param x `(n, c, h, w)`
 * @param regions x1, y1, x2, y2 of each box
 * @returns `(k, c, …outputSize)`, in the order of the regions
 * @throws ShapeError when x is no batch of images or the boxes do not fit, DTypeError when they are not all f32 or all
 * f64, DataError for options out of range.
 *
 * @example
 * ```ts
 * import { roiAlign } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[1, 2], [3, 4]]]]);
 * const y = roiAlign(x, [tensor([[0, 0, 1, 1]])], { outputSize: 1 });
 * await y.array(); // => [[[[2.5]]]]
 * ```
 */
export function roiAlign(x: Tensor<NCHW>, regions: Regions, options: RoiAlignCallOptions): Tensor<NCHW> {
  const { outputSize, spatialScale = 1, samplingRatio = -1, aligned = false, owner } = options;
  checkRoiAlign("roiAlign", options, owner);
  checkInput("roiAlign", x, "n c h w", owner, () => [emptyReason(x, "n c h w")]);
  const attrs = { outputSize: pairOf(outputSize), spatialScale, samplingRatio, aligned };
  return ownedBy(owner, () => {
    if (isTensor(regions)) {
      checkRegions(x, regions, 5);
      return roiAlignOp.call([x, regions], attrs, { owner });
    }
    const [n]: Shape = x.shape;
    checkLists(x, regions);
    if (n === 1) return roiAlignOp.call([x, regions[0]], attrs, { owner });
    return concat(regions.map((boxes, i) => roiAlignOp.call([slice(x, 0, i, i + 1), boxes], attrs, { owner })));
  });
}

function checkRegions(x: Tensor, regions: Tensor, columns: 4 | 5): void {
  checkBoxes("roiAlign", { regions }, columns);
  if (x.dtype === regions.dtype) return;
  throwReasons(
    "roiAlign",
    () => [
      ["input", describe(x)],
      ["regions", describe(regions)],
    ],
    [
      {
        kind: "dtype",
        problem: "the dtypes differ",
        expected: `regions ${x.dtype}, got ${regions.dtype}`,
        fix: `regions.cast("${x.dtype}")`,
      },
    ],
  );
}

function checkLists(x: Tensor, regions: readonly Tensor[]): void {
  const [n]: Shape = x.shape;
  if (regions.length === n && n > 0) {
    for (const boxes of regions) checkRegions(x, boxes, 4);
    return;
  }
  throwReasons("roiAlign", () => [["input", describe(x), "n c h w"]], [
    {
      kind: "shape",
      problem: "there must be one table of boxes for each image",
      expected: `${n} of them, 1 or more, got ${regions.length}`,
      fix: "give an empty table, zeros([0, 4]), for an image without boxes",
    },
  ]);
}

function checkRoiAlign(where: string, options: RoiAlignOptions, owner?: object): void {
  const { outputSize, spatialScale = 1, samplingRatio = -1 } = options;
  checkOptions(
    where,
    [
      pairReason("outputSize", outputSize, 1),
      spatialScale > 0 ? undefined : optionReason("spatialScale", "a number above 0", spatialScale, "spatialScale: 1"),
      Number.isInteger(samplingRatio)
        ? undefined
        : optionReason("samplingRatio", "an integer", samplingRatio, "samplingRatio: 2"),
    ],
    owner,
  );
}

/**
 * `roiAlign` as a layer (torchvision.ops.RoIAlign).
 *
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { RoiAlign } from "@nn/conv";
 * import { tensor, zeros } from "@nn/tensor";
 *
 * const layer = new RoiAlign({ outputSize: 7, spatialScale: 1 / 16, samplingRatio: 2 });
 * const boxes = tensor([[0, 0, 64, 64], [16, 32, 200, 90]]);
 * layer.forward(zeros([1, 8, 16, 16]), [boxes]).shape; // => [2, 8, 7, 7]
 * ```
 */
export class RoiAlign extends Module {
  readonly #options: RoiAlignOptions;

  constructor(options: RoiAlignOptions) {
    super();
    checkRoiAlign("RoiAlign", options);
    this.#options = options;
  }

  /** `(n, c, h, w)` and k regions → `(k, c, …outputSize)` */
  forward(x: Tensor<NCHW>, regions: Regions): Tensor<NCHW> {
    return roiAlign(x, regions, { ...this.#options, owner: this });
  }
  override extraRepr(): string {
    return showOptions(this.#options);
  }
}
