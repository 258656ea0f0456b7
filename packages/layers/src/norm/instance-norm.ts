import { type Buffer, describe, expand, noGrad, ones, ShapeError, type Tensor, zeros } from "@nn/tensor";
import { checkFloats, rowsOf } from "../checks.js";
import { ownedBy } from "../owned-by.js";
import { batchNorm, batchNormOp } from "./batch-norm.js";

/** Operands and options of `instanceNorm`. */
export interface InstanceNormCallOptions {
  /** Factor of each channel, `(c)`. */
  readonly weight?: Tensor;
  /** Added to each channel, `(c)`. */
  readonly bias?: Tensor;
  /** Running mean of each channel: moved by `assign`, or used with `useInputStats: false`. */
  readonly runningMean?: Buffer;
  /** Running, unbiased variance of each channel. */
  readonly runningVar?: Buffer;
  /** Whether each image is normalized by itself (default), or all by the running statistics. */
  readonly useInputStats?: boolean;
  /** Part of the batch in the running statistics. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Normalizes each channel of each image over all places, by their mean and biased variance
 * (torch.nn.functional.instance_norm; Ulyanov, Vedaldi and Lempitsky, 2016).
 *
 * @param x `(n, c, …)`, with at least two places
 * @throws ShapeError when sizes do not match, or a channel has one place only; DTypeError.
 *
 * @example
 * ```ts
 * import { instanceNorm } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[[1, 3], [10, 30]]], { dtype: "f64" });
 * await instanceNorm(x, { eps: 0 }).array(); // => [[[-1, 1], [-1, 1]]]
 * ```
 */
export function instanceNorm(x: Tensor, options: InstanceNormCallOptions = {}): Tensor {
  const { weight, bias, runningMean, runningVar, useInputStats = true, momentum = 0.1, eps = 1e-5, owner } = options;
  return ownedBy(owner, () => {
    if (!useInputStats) return batchNorm(x, { weight, bias, runningMean, runningVar, eps, owner });
    check(x, { weight, bias, runningMean, runningVar });
    const [n, c, ...rest] = x.shape;
    const places = rest.reduce((product: number, d: number) => product * d, 1);
    // Each channel of each image is a channel of a batch norm.
    const ofAll = (perChannel: Tensor) => expand(perChannel, [n, c]).reshape([n * c]);
    const inputs: Tensor[] = [x.reshape([1, n * c, places])];
    if (weight !== undefined || bias !== undefined) {
      const { dtype, backend } = x;
      inputs.push(ofAll(weight ?? ones([c], { dtype, backend })), ofAll(bias ?? zeros([c], { dtype, backend })));
    }
    const [y, mean, variance] = batchNormOp.callAll(inputs, { eps }, { owner });
    noGrad(() => {
      const ofBatch = (row: Tensor) => row.reshape([n, c]).mean(0);
      if (runningMean !== undefined) moveTowards(runningMean, ofBatch(mean), momentum);
      if (runningVar !== undefined) moveTowards(runningVar, ofBatch(variance).mul(places / (places - 1)), momentum);
    });
    return y.reshape(x.shape);
  });
}

function moveTowards(running: Buffer, batch: Tensor, momentum: number): void {
  running.assign(running.add(batch.sub(running).mul(momentum)));
}

function check(x: Tensor, perChannel: Readonly<Record<string, Tensor | undefined>>): void {
  checkFloats("instanceNorm", { input: x, ...perChannel });
  const c = x.shape[1];
  const fits = Object.values(perChannel).every((p) => p === undefined || (p.rank === 1 && p.shape[0] === c));
  if (x.rank < 3 || !fits) {
    throw new ShapeError({
      where: "instanceNorm",
      problem: x.rank < 3 ? "the input has no places" : "input channels do not match",
      rows: [...rowsOf({ input: x, ...perChannel }), ["expected", x.rank < 3 ? "(n, c, …)" : `operands [${c}]`]],
      fix:
        x.rank < 3
          ? "add the batch dimension: x.unsqueeze(0); for (n, c) use layerNorm"
          : "make the layer for the channels of the layer before it",
    });
  }
  if (x.size === 0 || x.size > x.shape[0] * c) return;
  throw new ShapeError({
    where: "instanceNorm",
    problem: "each channel of an image has one place only, and would become 0",
    rows: [["input", describe(x), "n c …"]],
    fix: "put the layer where images are larger, or use GroupNorm",
  });
}
