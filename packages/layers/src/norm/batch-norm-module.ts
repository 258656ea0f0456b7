import { Buffer, type CreateOptions, describe, ones, Parameter, ShapeError, type Tensor, zeros } from "@nn/tensor";
import { checkCount } from "../checks.js";
import { Module } from "../module.js";
import { ownedBy } from "../owned-by.js";
import { batchNorm } from "./batch-norm.js";

/** Options of the batch normalization layers. */
export interface BatchNormOptions extends CreateOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Part of each batch in the running statistics, default 0.1; null for the plain average of all batches. */
  readonly momentum?: number | null;
  /** Whether there are a weight and a bias. Default true. */
  readonly affine?: boolean;
  /** Whether running statistics are kept. Default true; without them evaluation uses the batch's own as well. */
  readonly trackRunningStats?: boolean;
}

/**
 * What `BatchNorm1d`, `BatchNorm2d` and `BatchNorm3d` have in common: `takes` says which ranks.
 *
 * @example
 * ```ts
 * import { BatchNorm } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * class AnyBatchNorm extends BatchNorm {
 *   protected readonly takes = { 2: "(n, c)", 3: "(n, c, l)", 4: "(n, c, h, w)" };
 * }
 * new AnyBatchNorm(3).forward(zeros([5, 3])).shape; // => [5, 3]
 * ```
 */
export abstract class BatchNorm extends Module {
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  readonly running_mean: Buffer | undefined;
  readonly running_var: Buffer | undefined;
  /** Batches seen in training, i32. */
  readonly num_batches_tracked: Buffer | undefined;
  readonly eps: number;
  readonly momentum: number | null;

  constructor(
    readonly numFeatures: number,
    options: BatchNormOptions = {},
  ) {
    super();
    checkCount(this.constructor.name, "numFeatures", numFeatures);
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true, dtype, backend } = options;
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

  /** The ranks that the layer takes, with their names. */
  protected abstract readonly takes: Readonly<Record<number, string>>;

  forward(x: Tensor): Tensor {
    return ownedBy(this, () => {
      if (this.takes[x.rank] === undefined) throw this.rankError(x);
      const { weight, bias, running_mean: runningMean, running_var: runningVar, eps } = this;
      const training = this.training || runningMean === undefined;
      const seen = training ? this.num_batches_tracked?.add(1) : undefined;
      const momentum = this.momentum ?? seen?.cast(x.dtype).reciprocal();
      const y = batchNorm(x, { weight, bias, runningMean, runningVar, training, momentum, eps, owner: this });
      // Only now: a batch that failed is no batch.
      if (seen !== undefined) this.num_batches_tracked?.assign(seen);
      seen?.dispose();
      return y;
    });
  }
  override extraRepr(): string {
    const { numFeatures, eps, momentum } = this;
    const [affine, tracked] = [this.weight !== undefined, this.running_mean !== undefined];
    return `${numFeatures}, eps=${eps}, momentum=${momentum}, affine=${affine}, trackRunningStats=${tracked}`;
  }

  private rankError(x: Tensor): ShapeError {
    const { name } = this.constructor;
    return new ShapeError({
      where: name,
      problem: "the input has the wrong rank",
      rows: [
        ["input", describe(x), `rank ${x.rank}`],
        ["expected", Object.values(this.takes).join(" or ")],
      ],
      fix: x.rank === 3 && 4 in this.takes ? "add the batch dimension: x.unsqueeze(0)" : "check the layer before it",
    });
  }
}

/**
 * Batch normalization of `(n, c)` or `(n, c, l)` (torch.nn.BatchNorm1d).
 *
 * @throws ShapeError when the input has another rank or other channels, or one element a channel in training.
 *
 * @example
 * ```ts
 * import { BatchNorm1d } from "@nn/layers";
 * import { ones } from "@nn/tensor";
 *
 * await new BatchNorm1d(2).forward(ones([3, 2])).array(); // => [[0, 0], [0, 0], [0, 0]]
 * ```
 */
export class BatchNorm1d extends BatchNorm {
  protected readonly takes = { 2: "(n, c)", 3: "(n, c, l)" };
}

/**
 * Batch normalization of images `(n, c, h, w)` (torch.nn.BatchNorm2d). In training each channel is normalized by the
 * batch and the running statistics move; in evaluation mode the running statistics are used. State-dict keys are
 * PyTorch's. A `checkpoint` around it moves the statistics twice.
 *
 * @throws ShapeError when the input has another rank or other channels, or one element a channel in training.
 *
 * @example
 * ```ts
 * import { BatchNorm2d } from "@nn/layers";
 * import { stateDict, zeros } from "@nn/tensor";
 *
 * const norm = new BatchNorm2d(3);
 * norm.forward(zeros([2, 3, 4, 4])).shape; // => [2, 3, 4, 4]
 * Object.keys(stateDict(norm)); // => ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
 * ```
 */
export class BatchNorm2d extends BatchNorm {
  protected readonly takes = { 4: "(n, c, h, w)" };
}

/**
 * Batch normalization of volumes `(n, c, d, h, w)` (torch.nn.BatchNorm3d).
 *
 * @throws ShapeError when the input has another rank or other channels, or one element a channel in training.
 *
 * @example
 * ```ts
 * import { BatchNorm3d } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * new BatchNorm3d(3).forward(zeros([2, 3, 2, 2, 2])).shape; // => [2, 3, 2, 2, 2]
 * ```
 */
export class BatchNorm3d extends BatchNorm {
  protected readonly takes = { 5: "(n, c, d, h, w)" };
}
