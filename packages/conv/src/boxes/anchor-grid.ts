import { type CreateOptions, type Tensor, tensor } from "@nn/tensor";
import { checkOptions } from "../shared/input-checks.js";
import { optionReason, type Pair, pairOf, pairReason } from "../shared/pair.js";
import type { Reason } from "../shared/reasons.js";
import type { Boxes } from "./box-checks.js";

/** Options of `anchorGrid`. */
export interface AnchorGridOptions extends CreateOptions {
  /** Height and width of the map of features. */
  readonly gridSize: Pair;
  /** Pixels of the image from one place of the map to the next. */
  readonly stride: Pair;
  /** Square roots of the anchors' areas, in pixels of the image. */
  readonly sizes: readonly number[];
  /** Height by width. */
  readonly aspectRatios: readonly number[];
}

/**
 * Anchor boxes of one level of a detector (torchvision's AnchorGenerator): at each place of a map of features, one for
 * each aspect ratio and size, centered at the place times the stride, with corners rounded to whole pixels.
 *
 * @returns `(height · width · ratios · sizes, 4)`: x1, y1, x2, y2, in the order of the places, ratios and sizes
 * @throws DataError for options out of range.
 *
 * @example
 * ```ts
 * import { anchorGrid } from "@nn/conv";
 *
 * const anchors = anchorGrid({ gridSize: [1, 2], stride: 16, sizes: [32], aspectRatios: [1] });
 * await anchors.array(); // => [[-16, -16, 16, 16], [0, -16, 32, 16]]
 * ```
 */
export function anchorGrid(options: AnchorGridOptions): Tensor<Boxes> {
  const { gridSize, stride, sizes, aspectRatios, dtype, backend } = options;
  checkOptions("anchorGrid", [
    pairReason("gridSize", gridSize, 0),
    pairReason("stride", stride, 1),
    positiveReason("sizes", sizes),
    positiveReason("aspectRatios", aspectRatios),
  ]);
  const cell = aspectRatios.flatMap((ratio) =>
    sizes.map((size) => [halfToEven(size / Math.sqrt(ratio) / 2), halfToEven((size * Math.sqrt(ratio)) / 2)] as const),
  );
  const [height, width] = pairOf(gridSize);
  const [stepY, stepX] = pairOf(stride);
  const boxes = Array.from({ length: height * width }, (_, i) => {
    const [x, y] = [(i % width) * stepX, Math.floor(i / width) * stepY];
    return cell.map(([w, h]) => [x - w, y - h, x + w, y + h]);
  });
  return tensor(boxes.flat(2), { shape: [boxes.length * cell.length, 4], dtype, backend });
}

function positiveReason(name: string, values: readonly number[]): Reason | undefined {
  if (values.length > 0 && values.every((value) => Number.isFinite(value) && value > 0)) return undefined;
  return optionReason(name, "one number above 0 or more", values, `${name}: [1]`);
}

/** Rounds as PyTorch does. */
function halfToEven(x: number): number {
  const below = Math.floor(x);
  return x - below === 0.5 ? below + (below % 2) : Math.round(x);
}
