import { Module } from "@nn/layers";
import type { Tensor } from "@nn/tensor";
import { checkInput, checkOptions, fitReason } from "../shared/input-checks.js";
import type { NCHW } from "../shared/nchw.js";
import { countReason } from "../shared/pair.js";
import { pixelShuffleOp } from "./pixel-shuffle-ops.js";

/**
 * Groups of r² channels as blocks of r × r places: `(n, c · r², h, w)` → `(n, c, h · r, w · r)`
 * (torch.nn.functional.pixel_shuffle; Shi et al. 2016).
 *
 * @param owner the layer that calls, for errors
 * @throws ShapeError when the rank is not 4 or the channels are no multiple of r², DTypeError for other dtypes than f32 and f64,
 * DataError when the factor is no positive integer.
 *
 * @example
 * ```ts
 * import { pixelShuffle } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await pixelShuffle(tensor([[[[1]], [[2]], [[3]], [[4]]]]), 2).array(); // => [[[[1, 2], [3, 4]]]]
 * ```
 */
export function pixelShuffle(x: Tensor<NCHW>, upscaleFactor: number, owner?: object): Tensor<NCHW> {
  const r = upscaleFactor;
  checkOptions("pixelShuffle", [countReason("upscaleFactor", r, 1)], owner);
  checkInput("pixelShuffle", x, "n c h w", owner, ({ shape }) =>
    shape[1] % r ** 2 === 0
      ? []
      : [fitReason("the channels are no multiple of the squared factor", `c a multiple of ${r ** 2}, got ${shape[1]}`)],
  );
  return pixelShuffleOp.call([x], { factor: r }, { owner });
}

/**
 * `pixelShuffle` as a layer (torch.nn.PixelShuffle).
 *
 * @throws DataError when the factor is no positive integer.
 *
 * @example
 * ```ts
 * import { PixelShuffle } from "@nn/conv";
 * import { zeros } from "@nn/tensor";
 *
 * new PixelShuffle(2).forward(zeros([1, 12, 8, 8])).shape; // => [1, 3, 16, 16]
 * ```
 */
export class PixelShuffle extends Module {
  readonly #factor: number;

  constructor(upscaleFactor: number) {
    super();
    checkOptions("PixelShuffle", [countReason("upscaleFactor", upscaleFactor, 1)]);
    this.#factor = upscaleFactor;
  }

  /** `(n, c · r², h, w)` → `(n, c, h · r, w · r)` */
  forward(x: Tensor<NCHW>): Tensor<NCHW> {
    return pixelShuffle(x, this.#factor, this);
  }
  override extraRepr(): string {
    return `upscaleFactor=${this.#factor}`;
  }
}
