import type { Tree } from "@nn/tensor";
import { WeightAverage, type WeightAverageOptions } from "./weight-average.js";

/**
 * Stochastic weight averaging: the plain mean of the weights at all updates (torch.optim.swa_utils.AveragedModel;
 * Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", 2018). Call `update()` once an
 * epoch in the last part of the training, at a constant rate (`swaLR`); a model with batch normalization then needs
 * `updateBatchNorm` with the averages in place.
 *
 * @example
 * ```ts
 * import { SWA } from "@nn/optim";
 * import { Parameter, tensor } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1])) };
 * const swa = new SWA(model);
 * for (const value of [1, 2, 6]) {
 *   model.weight.assign(tensor([value]));
 *   swa.update();
 * }
 * await swa.with(() => model.weight.item()); // => 3
 * ```
 */
export class SWA extends WeightAverage {
  constructor(model: Tree, options: WeightAverageOptions = {}) {
    super(model, (n) => 1 / (n + 1), options);
  }
}
