import { Buffer, type CreateOptions, describe, ones, Parameter, ShapeError, type Tensor, zeros } from "@nn/tensor";
import { checkCount } from "../checks.js";
import { Module } from "../module.js";
import { ownedBy } from "../owned-by.js";
import { instanceNorm } from "./instance-norm.js";

/** Options of the instance normalization layers. */
export interface InstanceNormOptions extends CreateOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Part of each batch in the running statistics. Default 0.1. */
  readonly momentum?: number;
  /** Whether there are a weight and a bias. Default false. */
  readonly affine?: boolean;
  /** Whether running statistics are kept, and used in evaluation mode. Default false. */
  readonly trackRunningStats?: boolean;
}

/**
 * What `InstanceNorm1d`, `InstanceNorm2d` and `InstanceNorm3d` have in common: `takes` says which rank.
 *
 * @example
 * ```ts
 * import { InstanceNorm } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * class InstanceNorm4d extends InstanceNorm {
 *   protected readonly takes = { rank: 6, layout: "(n, c, t, d, h, w)" };
 * }
 * new InstanceNorm4d(3).forward(zeros([1, 3, 2, 2, 2, 2])).shape; // => [1, 3, 2, 2, 2, 2]
 * ```
 */
export abstract class InstanceNorm extends Module {
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  readonly running_mean: Buffer | undefined;
  readonly running_var: Buffer | undefined;
  /** i32; stays 0, as in PyTorch, and is there for its key. */
  readonly num_batches_tracked: Buffer | undefined;
  readonly eps: number;
  readonly momentum: number;

  constructor(
    readonly numFeatures: number,
    options: InstanceNormOptions = {},
  ) {
    super();
    checkCount(this.constructor.name, "numFeatures", numFeatures);
    const { eps = 1e-5, momentum = 0.1, affine = false, trackRunningStats = false, dtype, backend } = options;
    this.eps = eps;
    this.momentum = momentum;
    if (affine) {
      this.weight = new Parameter(ones([numFeatures], { dtype, backend }));
      this.bias = new Parameter(zeros([numFeatures], { dtype, backend }));
    }
    if (trackRunningStats) {
      this.running_mean = new Buffer(zeros([numFeatures], { dtype, backend }));
      this.running_var = new Buffer(ones([numFeatures], { dtype, backend }));
      this.num_batches_tracked = new Buffer(zeros([], { dtype: "i32", backend }));
    }
  }

  /** The rank that the layer takes, and its layout. */
  protected abstract readonly takes: { readonly rank: number; readonly layout: string };

  forward(x: Tensor): Tensor {
    return ownedBy(this, () => {
      this.check(x);
      const { weight, bias, running_mean: runningMean, running_var: runningVar, momentum, eps } = this;
      const useInputStats = this.training || runningMean === undefined;
      return instanceNorm(x, { weight, bias, runningMean, runningVar, useInputStats, momentum, eps, owner: this });
    });
  }
  override extraRepr(): string {
    const { numFeatures, eps, momentum } = this;
    const [affine, tracked] = [this.weight !== undefined, this.running_mean !== undefined];
    return `${numFeatures}, eps=${eps}, momentum=${momentum}, affine=${affine}, trackRunningStats=${tracked}`;
  }

  private check(x: Tensor): void {
    if (x.rank === this.takes.rank && x.shape[1] === this.numFeatures) return;
    throw new ShapeError({
      where: this.constructor.name,
      problem: x.rank === this.takes.rank ? "input channels do not match" : "the input has the wrong rank",
      rows: [
        ["input", describe(x)],
        ["expected", `${this.takes.layout}, c = ${this.numFeatures}`],
      ],
      fix: x.rank === this.takes.rank - 1 ? "add the batch dimension: x.unsqueeze(0)" : "check the layer before it",
    });
  }
}

/**
 * Instance normalization of sequences `(n, c, l)` (torch.nn.InstanceNorm1d).
 *
 * @throws ShapeError when the input has another rank or other channels, or one place a channel.
 *
 * @example
 * ```ts
 * import { InstanceNorm1d } from "@nn/layers";
 * import { ones } from "@nn/tensor";
 *
 * await new InstanceNorm1d(1).forward(ones([1, 1, 3])).array(); // => [[[0, 0, 0]]]
 * ```
 */
export class InstanceNorm1d extends InstanceNorm {
  protected readonly takes = { rank: 3, layout: "(n, c, l)" };
}

/**
 * Instance normalization of images `(n, c, h, w)` (torch.nn.InstanceNorm2d).
 *
 * @throws ShapeError when the input has another rank or other channels, or one place a channel.
 *
 * @example
 * ```ts
 * import { InstanceNorm2d } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * new InstanceNorm2d(3, { affine: true }).forward(zeros([2, 3, 4, 4])).shape; // => [2, 3, 4, 4]
 * ```
 */
export class InstanceNorm2d extends InstanceNorm {
  protected readonly takes = { rank: 4, layout: "(n, c, h, w)" };
}

/**
 * Instance normalization of volumes `(n, c, d, h, w)` (torch.nn.InstanceNorm3d).
 *
 * @throws ShapeError when the input has another rank or other channels, or one place a channel.
 *
 * @example
 * ```ts
 * import { InstanceNorm3d } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * new InstanceNorm3d(3).forward(zeros([2, 3, 2, 2, 2])).shape; // => [2, 3, 2, 2, 2]
 * ```
 */
export class InstanceNorm3d extends InstanceNorm {
  protected readonly takes = { rank: 5, layout: "(n, c, d, h, w)" };
}
