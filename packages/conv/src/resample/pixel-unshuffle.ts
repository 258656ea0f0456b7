import { Module } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import { checkInput, checkOptions, fitReason } from "../shared/input-checks.js";
import type { NCHW } from "../shared/nchw.js";
import { countReason } from "../shared/pair.js";
import { pixelUnshuffleOp } from "./pixel-shuffle-ops.js";

/**
 * Blocks of r × r places as groups of r² channels: `(n, c, h · r, w · r)` → `(n, c · r², h, w)`
 * (torch.nn.functional.pixel_unshuffle), what `pixelShuffle` turns back.
 *
 * @param owner the layer that calls, for errors
 * @throws ShapeError when the rank is not 4 or height or width are no multiples of r, DTypeError for other dtypes than f32 and f64,
 * DataError when the factor is no positive integer.
 *
 * @example
 * ```ts
 * import { pixelUnshuffle } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await pixelUnshuffle(tensor([[[[1, 2], [3, 4]]]]), 2).array(); // => [[[[1]], [[2]], [[3]], [[4]]]]
 * ```
 */
export function pixelUnshuffle(x: Tensor<NCHW>, downscaleFactor: number, owner?: object): Tensor<NCHW> {
  const r = downscaleFactor;
  checkOptions("pixelUnshuffle", [countReason("downscaleFactor", r, 1)], owner);
  checkInput("pixelUnshuffle", x, "n c h w", owner, ({ shape }) =>
    shape[2] % r === 0 && shape[3] % r === 0
      ? []
      : [
          fitReason(
            "the sizes are no multiples of the factor",
            `h and w multiples of ${r}, got ${shape[2]} and ${shape[3]}`,
          ),
        ],
  );
  return pixelUnshuffleOp.call([x], { factor: r }, { owner });
}

/**
 * `pixelUnshuffle` as a layer (torch.nn.PixelUnshuffle).
 *
 * @throws DataError when the factor is no positive integer.
 *
 * @example
 * ```ts
 * import { PixelUnshuffle } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new PixelUnshuffle(2).forward(zeros([1, 3, 16, 16])).shape; // => [1, 12, 8, 8]
 * ```
 */
export class PixelUnshuffle extends Module {
  readonly #factor: number;

  constructor(downscaleFactor: number) {
    super();
    checkOptions("PixelUnshuffle", [countReason("downscaleFactor", downscaleFactor, 1)]);
    this.#factor = downscaleFactor;
  }

  /** `(n, c, h · r, w · r)` → `(n, c · r², h, w)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return pixelUnshuffle(x, this.#factor, this);
  }
  override extraRepr(): string {
    return `downscaleFactor=${this.#factor}`;
  }
}
