import type { Tree } from "@nn/tensor";
import { checkOptions, fraction } from "./check-options.js";
import { WeightAverage, type WeightAverageOptions } from "./weight-average.js";

/** Options of `EMA`. */
export interface EMAOptions extends WeightAverageOptions {
  /** Part of the average that an update keeps. Default 0.999. */
  readonly decay?: number;
  /** Keeps less at first: `min(decay, (1 + n) / (10 + n))` after n updates. Default false. */
  readonly warmup?: boolean;
}

/**
 * Exponential moving average of the weights of a model (torch.optim.swa_utils.AveragedModel with get_ema_avg_fn): call
 * `update()` after every optimizer step, and evaluate or save with the averages in the model's place.
 *
 * @throws DataError when the decay is not from 0 to below 1.
 *
 * @example
 * ```ts
 * import { EMA } from "@nn/optim";
 * import { Parameter, tensor } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1])) };
 * const ema = new EMA(model, { decay: 0.75 });
 * ema.update();
 * model.weight.assign(tensor([5]));
 * ema.update();
 * ema.swapIn();
 * await model.weight.item(); // => 2
 * ema.restore();
 * await model.weight.item(); // => 5
 * ```
 */
export class EMA extends WeightAverage {
  constructor(model: Tree, options: EMAOptions = {}) {
    const { decay = 0.999, warmup = false } = options;
    checkOptions("EMA", fraction, { decay });
    super(model, (n) => 1 - (warmup ? Math.min(decay, (1 + n) / (10 + n)) : decay), options);
  }
}
