import { train } from "@nn/layers";
import type { Tree } from "@nn/tensor";
import { checkFitOptions } from "./check-fit-options.js";
import type { FitOptions, FitResult, LossResult, Metrics, Rest } from "./fit-options.js";
import { rememberModes } from "./remember-modes.js";
import { Training } from "./training.js";

/**
 * Trains a model: goes through the data `epochs` times, one optimizer step a batch. In training mode; the modes of all
 * modules are restored at the end. The event loop gets a turn at least every 50 ms where steps are shorter than that.
 *
 * @throws DataError for an option that makes no sense, data without a batch, a loss that is not finite, a state to
 * resume that does not fit. Errors of layers name the layer's path.
 *
 * @example
 * ```ts
 * import { crossEntropy, Linear } from "@nn/layers";
 * import { SGD } from "@nn/optim";
 * import { tensor } from "@nn/tensor";
 * import { accuracy, fit } from "@nn/train";
 *
 * const data = [{ x: tensor([[1, 0], [0, 1]]), y: tensor(new Int32Array([0, 1])) }];
 * const model = new Linear(2, 2);
 * const result = await fit(model, {
 *   data,
 *   loss: (model, { x, y }) => {
 *     const logits = model.forward(x);
 *     return { loss: crossEntropy(logits, y), logits };
 *   },
 *   optimizer: new SGD(model, { lr: 1 }),
 *   epochs: 10,
 *   metrics: { accuracy: accuracy() },
 * });
 * result.stopped; // => "completed"
 * result.history.at(-1)?.train.accuracy; // => 1
 * ```
 */
export async function fit<
  M extends Tree,
  B,
  R extends LossResult,
  Ms extends Metrics<B, Rest<R>> = Record<never, never>,
>(model: M, options: FitOptions<M, B, R, Ms>): Promise<FitResult<Ms>> {
  checkFitOptions(options);
  const restoreModes = rememberModes(model);
  const training = new Training(model, options);
  try {
    train(model);
    return await training.run();
  } finally {
    training.dispose();
    restoreModes();
  }
}
