import { type Buffer, defineOp, describe, noGrad, type Op, rsqrt, ShapeError, type Tensor } from "@nn/tensor";
import { checkFloats, rowsOf } from "../checks.js";
import { ownedBy } from "../owned-by.js";
import { allButChannels, alongChannels, scaleShiftOp } from "./scale-shift-op.js";

type BatchNormAttrs = { readonly eps: number };

/** `[x, weight?, bias?]` → normalized x, and the mean and the biased variance of each channel. */
export const batchNormOp: Op<BatchNormAttrs> = defineOp<BatchNormAttrs>({
  name: "batchNorm",
  infer: ([x]) => [x, channels(x), channels(x)],
  composed: ([x, weight, bias], { eps }) => {
    const axes = allButChannels(x);
    const mean = x.mean(axes, { keepDims: true });
    const centered = x.sub(mean);
    const variance = centered.square().mean(axes, { keepDims: true });
    const scale = rsqrt(variance.add(eps));
    const y = centered.mul(weight === undefined ? scale : scale.mul(alongChannels(weight, x)));
    const { shape } = channels(x);
    return [bias === undefined ? y : y.add(alongChannels(bias, x)), mean.reshape(shape), variance.reshape(shape)];
  },
  saves: { inputs: [0, 1], outputs: [1, 2] },
  vjp: ({ g, grads, inputs: [x, weight], outputs: [, mean, variance], attrs }) => {
    const operands = weight === undefined ? [x, mean, variance, g] : [x, mean, variance, g, weight];
    const [first, ...others] = gradientOp.callAll(operands, attrs);
    let dx = first;
    // Only a second derivative asks how the statistics depend on x.
    const count = elementsPerChannel(x);
    if (grads[1] !== undefined) dx = dx.add(alongChannels(grads[1].mul(1 / count), x));
    if (grads[2] !== undefined) {
      dx = dx.add(x.sub(alongChannels(mean, x)).mul(alongChannels(grads[2].mul(2 / count), x)));
    }
    return [dx, ...others];
  },
});

/** `[x, mean, variance, g, weight?]` → gradients of x, and with a weight of weight and bias. */
const gradientOp: Op<BatchNormAttrs> = defineOp<BatchNormAttrs>({
  name: "batchNormGrad",
  infer: ([x, , , , weight]) => (weight === undefined ? [x] : [x, weight, weight]),
  composed: ([x, mean, variance, g, weight], { eps }) => {
    const axes = allButChannels(x);
    const count = elementsPerChannel(x);
    const rstd = rsqrt(variance.add(eps));
    const centered = x.sub(alongChannels(mean, x));
    const sumG = g.sum(axes);
    const dot = g.mul(centered).sum(axes);
    // dx = scale · (g − mean(g) − centered · mean(g · centered) / (variance + eps))
    const slope = rstd
      .square()
      .mul(dot)
      .mul(1 / count);
    const scale = weight === undefined ? rstd : rstd.mul(weight);
    const dx = g
      .sub(centered.mul(alongChannels(slope, x)))
      .sub(alongChannels(sumG.mul(1 / count), x))
      .mul(alongChannels(scale, x));
    return weight === undefined ? [dx] : [dx, dot.mul(rstd), sumG];
  },
});

/** Operands and options of `batchNorm`. */
export interface BatchNormCallOptions {
  /** Factor of each channel, `(c)`. Given together with `bias` or not at all. */
  readonly weight?: Tensor;
  /** Added to each channel, `(c)`. */
  readonly bias?: Tensor;
  /** Running mean of each channel. Moved by `assign` in training, used instead of the batch's otherwise. */
  readonly runningMean?: Buffer;
  /** Running, unbiased variance of each channel. */
  readonly runningVar?: Buffer;
  /** Normalize by the batch's own statistics. Default false, which needs both running statistics. */
  readonly training?: boolean;
  /** Part of the batch in the running statistics, default 0.1; a tensor `[]` for one that changes on the device. */
  readonly momentum?: number | Tensor;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Normalizes each channel over the batch and all other dimensions (torch.nn.functional.batch_norm; Ioffe and Szegedy,
 * 2015). The batch is normalized by its biased variance; the running variance takes the unbiased one.
 *
 * @param x `(n, c)` or `(n, c, …)`
 * @throws ShapeError when sizes do not match, or in training when a channel has one element only; DTypeError.
 *
 * @example
 * ```ts
 * import { batchNorm } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[1, 10], [3, 30]], { dtype: "f64" });
 * await batchNorm(x, { training: true, eps: 0 }).array(); // => [[-1, -1], [1, 1]]
 * ```
 */
export function batchNorm(x: Tensor, options: BatchNormCallOptions = {}): Tensor {
  const { weight, bias, runningMean, runningVar, training = false, momentum = 0.1, eps = 1e-5, owner } = options;
  return ownedBy(owner, () => {
    check(x, options, training);
    if (!training) return normalizeBy(x, runningMean!, runningVar!, options, eps);
    const inputs = weight === undefined || bias === undefined ? [x] : [x, weight, bias];
    const [y, mean, variance] = batchNormOp.callAll(inputs, { eps }, { owner });
    const count = elementsPerChannel(x);
    noGrad(() => {
      if (runningMean !== undefined) moveTowards(runningMean, mean, momentum);
      if (runningVar !== undefined) moveTowards(runningVar, variance.mul(count / (count - 1)), momentum);
    });
    return y;
  });
}

/** Evaluation: one factor and one summand for each channel. */
function normalizeBy(x: Tensor, mean: Tensor, variance: Tensor, { weight, bias }: BatchNormCallOptions, eps: number) {
  const rstd = rsqrt(variance.add(eps));
  const scale = weight === undefined ? rstd : rstd.mul(weight);
  const offset = mean.mul(scale);
  const shift = bias === undefined ? offset.neg() : bias.sub(offset);
  return scaleShiftOp.call([x, scale, shift], undefined);
}

function moveTowards(running: Buffer, batch: Tensor, momentum: number | Tensor): void {
  running.assign(running.add(batch.sub(running).mul(momentum)));
}

function channels(x: Tensor): { dtype: Tensor["dtype"]; shape: [number] } {
  return { dtype: x.dtype, shape: [x.shape[1]] };
}

function elementsPerChannel(x: Tensor): number {
  return x.size / x.shape[1];
}

function check(x: Tensor, options: BatchNormCallOptions, training: boolean): void {
  const { weight, bias, runningMean, runningVar } = options;
  const perChannel = { weight, bias, runningMean, runningVar };
  const rows = rowsOf({ input: x, ...perChannel });
  checkFloats("batchNorm", { input: x, ...perChannel });
  const fits = (value: Tensor | undefined) =>
    value === undefined || (value.rank === 1 && value.shape[0] === x.shape[1]);
  if (x.rank < 2 || !Object.values(perChannel).every(fits)) {
    const size = rows.length > 1 ? Object.values(perChannel).find((value) => value !== undefined)!.shape[0] : undefined;
    throw new ShapeError({
      where: "batchNorm",
      problem: x.rank < 2 ? "the input has no channels" : "input channels do not match",
      rows: [...rows, ["expected", x.rank < 2 ? "an input (n, c, …)" : `c = ${size}, got ${x.shape[1]}`]],
      fix:
        x.rank < 2
          ? "add the batch dimension: x.unsqueeze(0)"
          : "make the layer for the channels of the layer before it",
    });
  }
  if ((weight === undefined) !== (bias === undefined) || (!training && !(runningMean && runningVar))) {
    throw new ShapeError({
      where: "batchNorm",
      problem: "an operand is missing",
      rows,
      fix: training ? "give both weight and bias, or none" : "give runningMean and runningVar, or { training: true }",
    });
  }
  if (training && elementsPerChannel(x) < 2) {
    throw new ShapeError({
      where: "batchNorm",
      problem: "training needs more than one element in each channel",
      rows: [["input", describe(x), "n c …"]],
      fix: "use a batch of two or more (drop a last batch of one), or evaluate(model)",
    });
  }
}
