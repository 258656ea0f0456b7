import {
  type CreateOptions,
  defineElementwise,
  describe,
  expand,
  full,
  minimum,
  Parameter,
  ShapeError,
  type Tensor,
  where,
} from "@nn/tensor";
import { checkCount, checkFloats } from "../checks.js";
import { Module } from "../module.js";
import { ownedBy } from "../owned-by.js";

const op = defineElementwise({
  name: "prelu",
  body: ([x, slope]) => where(x.greater(0), x, x.mul(slope)),
  gradient: (g, [x, slope]) => [where(x.greater(0), g, g.mul(slope)), g.mul(minimum(x, 0))],
});

/**
 * x where it is positive, else x times a slope that is learned (torch.nn.functional.prelu; He et al., 2015).
 *
 * @param x `(n, c, …)`, or any shape with one slope
 * @param weight the slopes: one for all, `(1)`, or one for each channel, `(c)`
 * @throws ShapeError when there are other slopes than channels, DTypeError when the operands are not all f32 or all f64.
 *
 * @example
 * ```ts
 * import { prelu } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await prelu(tensor([[-2, -2, 3]]), tensor([0.5, 1, 2])).array(); // => [[-1, -2, 3]]
 * ```
 */
export function prelu(x: Tensor, weight: Tensor, options: { readonly owner?: object } = {}): Tensor {
  return ownedBy(options.owner, () => {
    checkFloats("prelu", { input: x, weight });
    const [count] = weight.shape;
    if (weight.rank !== 1 || (count !== 1 && (x.rank < 2 || count !== x.shape[1]))) {
      throw new ShapeError({
        where: "prelu",
        problem: "the slopes do not match the channels",
        rows: [
          ["input", describe(x), "n c …"],
          ["weight", describe(weight), "1 or c"],
        ],
        fix: "use one slope for all, new PReLU(), or new PReLU(channels)",
      });
    }
    const slope = x.rank < 3 ? weight : weight.reshape([count, ...new Array<number>(x.rank - 2).fill(1)]);
    return op.call([x, expand(slope, x.shape)]);
  });
}

/** Options of `PReLU`. */
export interface PReLUOptions extends CreateOptions {
  /** The slope at the start. Default 0.25. */
  readonly init?: number;
}

/**
 * A leaky relu whose slopes are learned (torch.nn.PReLU).
 *
 * @throws DataError when the number of slopes is not a positive integer.
 *
 * @example
 * ```ts
 * import { PReLU } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await new PReLU().forward(tensor([-4, 3])).array(); // => [-1, 3]
 * ```
 */
export class PReLU extends Module {
  /** `(numParameters)` */
  readonly weight: Parameter;

  /** @param numParameters 1 for one slope, or the number of channels */
  constructor(
    readonly numParameters = 1,
    { init = 0.25, dtype, backend }: PReLUOptions = {},
  ) {
    super();
    checkCount("PReLU", "numParameters", numParameters);
    this.weight = new Parameter(full([numParameters], init, { dtype, backend }));
  }

  forward(x: Tensor): Tensor {
    return prelu(x, this.weight, { owner: this });
  }
  override extraRepr(): string {
    return `numParameters=${this.numParameters}`;
  }
}
