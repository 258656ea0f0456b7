import { describe, ShapeError, type Tensor } from "@nn/tensor";
import { Dropout, type DropoutCallOptions, drawMask, scaleOf } from "./dropout.js";
import { ownedBy } from "./owned-by.js";

/**
 * Dropout of whole channels: each channel of each element of a batch is zeroed with probability p, and the others are
 * scaled by 1 / (1 - p) (torch.nn.functional.dropout1d, dropout2d and dropout3d; Tompson et al., 2015). Neighbours in a
 * feature map are alike, so dropping single elements would drop little.
 *
 * @param x `(n, c, …)`
 * @throws ShapeError when x has no places, DataError when p is not between 0 and 1, DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { channelDropout } from "@nn/layers";
 * import { ones } from "@nn/tensor";
 *
 * await channelDropout(ones([1, 2, 2]), 1, { training: true }).array(); // => [[[0, 0], [0, 0]]]
 * ```
 */
export function channelDropout(x: Tensor, p: number, options: DropoutCallOptions): Tensor {
  return ownedBy(options.owner, () => {
    if (x.rank < 3) throw rankError("channelDropout", x, "(n, c, …)");
    const mask = drawMask("channelDropout", x, p, [...x.shape.slice(0, 2), ...x.shape.slice(2).fill(1)], options);
    // One factor for each channel; as in PyTorch, NaN and infinities times 0 are NaN.
    return mask === null ? x : x.mul(mask.cast(x.dtype).mul(scaleOf(p)));
  });
}

abstract class ChannelDropout extends Dropout {
  protected abstract readonly takes: { readonly rank: number; readonly layout: string };

  override forward(x: Tensor): Tensor {
    return ownedBy(this, () => {
      if (x.rank !== this.takes.rank) throw rankError(this.constructor.name, x, this.takes.layout);
      return channelDropout(x, this.p, { training: this.training, generator: this.generator, owner: this });
    });
  }
}

/**
 * Dropout of whole channels of sequences `(n, c, l)` (torch.nn.Dropout1d).
 *
 * @throws DataError when p is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { Dropout1d } from "@nn/layers";
 * import { ones } from "@nn/tensor";
 *
 * new Dropout1d(0.2).forward(ones([2, 3, 4])).shape; // => [2, 3, 4]
 * ```
 */
export class Dropout1d extends ChannelDropout {
  protected readonly takes = { rank: 3, layout: "(n, c, l)" };
}

/**
 * Dropout of whole channels of images `(n, c, h, w)` (torch.nn.Dropout2d).
 *
 * @throws DataError when p is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { Dropout2d } from "@nn/layers";
 * import { ones } from "@nn/tensor";
 *
 * new Dropout2d(0.2).forward(ones([2, 3, 4, 4])).shape; // => [2, 3, 4, 4]
 * ```
 */
export class Dropout2d extends ChannelDropout {
  protected readonly takes = { rank: 4, layout: "(n, c, h, w)" };
}

/**
 * Dropout of whole channels of volumes `(n, c, d, h, w)` (torch.nn.Dropout3d).
 *
 * @throws DataError when p is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { Dropout3d } from "@nn/layers";
 * import { ones } from "@nn/tensor";
 *
 * new Dropout3d(0.2).forward(ones([2, 3, 2, 2, 2])).shape; // => [2, 3, 2, 2, 2]
 * ```
 */
export class Dropout3d extends ChannelDropout {
  protected readonly takes = { rank: 5, layout: "(n, c, d, h, w)" };
}

function rankError(where: string, x: Tensor, expected: string): ShapeError {
  return new ShapeError({
    where,
    problem: "the input has the wrong rank",
    rows: [
      ["input", describe(x)],
      ["expected", expected],
    ],
    fix: "add the batch dimension with x.unsqueeze(0); for elements instead of channels use Dropout",
  });
}
