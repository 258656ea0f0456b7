import { type CreateOptions, DataError, ones, Parameter, ShapeError, type Tensor, zeros } from "@nn/tensor";
import { checkCount, checkFloats, rowsOf } from "../checks.js";
import { Module } from "../module.js";
import { ownedBy } from "../owned-by.js";
import { batchNormOp } from "./batch-norm.js";
import type { LayerNormCallOptions } from "./layer-norm.js";
import { scaleShiftOp } from "./scale-shift-op.js";

/**
 * Normalizes each image over groups of its channels and all places (torch.nn.functional.group_norm; Wu and He, 2018).
 * One group is a layer norm over all channels, as many groups as channels are an instance norm.
 *
 * @param x `(n, c, …)`
 * @param groups divides c
 * @param weight factor of each channel, `(c)`
 * @param bias added to each channel, `(c)`
 * @throws ShapeError when the channels do not match, DTypeError when the operands are not all f32 or all f64.
 *
 * @example
 * ```ts
 * import { groupNorm } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[[1], [3], [10], [30]]], { dtype: "f64" });
 * await groupNorm(x, 2, undefined, undefined, { eps: 0 }).array(); // => [[[-1], [1], [-1], [1]]]
 * ```
 */
export function groupNorm(
  x: Tensor,
  groups: number,
  weight?: Tensor,
  bias?: Tensor,
  options: LayerNormCallOptions = {},
): Tensor {
  const { eps = 1e-5, owner } = options;
  return ownedBy(owner, () => {
    check(x, groups, weight, bias);
    const [n, c, ...places] = x.shape;
    const rows = n * groups;
    // Each group is a channel of a batch norm.
    const together = x.reshape([1, rows, rows === 0 ? 1 : x.size / rows]);
    let y = batchNormOp.call([together], { eps }, { owner }).reshape(x.shape);
    if (weight !== undefined && bias !== undefined) return scaleShiftOp.call([y, weight, bias], undefined);
    const perChannel = [c, ...places.map(() => 1)];
    if (weight !== undefined) y = y.mul(weight.reshape(perChannel));
    return bias === undefined ? y : y.add(bias.reshape(perChannel));
  });
}

function check(x: Tensor, groups: number, weight: Tensor | undefined, bias: Tensor | undefined): void {
  checkFloats("groupNorm", { input: x, weight, bias });
  const c = x.shape[1];
  const divides = x.rank >= 2 && Number.isInteger(groups) && groups > 0 && c % groups === 0;
  const fits = (p: Tensor | undefined) => p === undefined || (p.rank === 1 && p.shape[0] === c);
  if (divides && fits(weight) && fits(bias)) return;
  throw new ShapeError({
    where: "groupNorm",
    problem:
      x.rank < 2
        ? "the input has no channels"
        : divides
          ? "input channels do not match"
          : "the groups do not divide the channels",
    rows: [
      ...rowsOf({ input: x, weight, bias }),
      [
        "expected",
        x.rank < 2
          ? "an input (n, c, …)"
          : divides
            ? `c = ${(fits(weight) ? bias : weight)!.shape[0]}, got ${c}`
            : `groups that divide c = ${c}, got ${groups}`,
      ],
    ],
    fix:
      x.rank < 2 ? "add the batch dimension: x.unsqueeze(0)" : "make the layer for the channels of the layer before it",
  });
}

/** Options of `GroupNorm`. */
export interface GroupNormOptions extends CreateOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether there are a weight and a bias. Default true. */
  readonly affine?: boolean;
}

/**
 * Normalizes over groups of channels (torch.nn.GroupNorm). The weight starts as ones, the bias as zeros.
 *
 * @throws DataError when a number is not a positive integer, or the groups do not divide the channels.
 *
 * @example
 * ```ts
 * import { GroupNorm } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * new GroupNorm(4, 32).forward(zeros([2, 32, 8, 8])).shape; // => [2, 32, 8, 8]
 * ```
 */
export class GroupNorm extends Module {
  /** `(numChannels)`, absent with `{ affine: false }`. */
  readonly weight: Parameter | undefined;
  /** `(numChannels)`, absent with `{ affine: false }`. */
  readonly bias: Parameter | undefined;
  readonly eps: number;

  constructor(
    readonly numGroups: number,
    readonly numChannels: number,
    options: GroupNormOptions = {},
  ) {
    super();
    checkCount("GroupNorm", "numGroups", numGroups);
    checkCount("GroupNorm", "numChannels", numChannels);
    if (numChannels % numGroups !== 0) {
      throw new DataError({
        where: "GroupNorm",
        problem: "the groups do not divide the channels",
        rows: [["expected", `a divisor of ${numChannels}`, `got ${numGroups}`]],
        fix: "groups come first: new GroupNorm(4, 32)",
      });
    }
    const { eps = 1e-5, affine = true, dtype, backend } = options;
    this.eps = eps;
    if (!affine) return;
    this.weight = new Parameter(ones([numChannels], { dtype, backend }));
    this.bias = new Parameter(zeros([numChannels], { dtype, backend }));
  }

  /** `(n, numChannels, …)` → the same shape */
  forward(x: Tensor): Tensor {
    return groupNorm(x, this.numGroups, this.weight, this.bias, { eps: this.eps, owner: this });
  }
  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${this.eps}, affine=${this.weight !== undefined}`;
  }
}
