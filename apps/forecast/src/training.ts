import { DataLoader, type WindowDataset } from "@nn/data";
import { AdamW, cosineWithWarmup, LRScheduler } from "@nn/optim";
import { Generator, maximum, type Tensor, tensor } from "@nn/tensor";
import { type Callback, type FitResult, fit } from "@nn/train";
import { Forecaster, quantiles } from "./model.js";
import type { Settings } from "./settings.js";

interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** The mean pinball loss of all quantiles (Koenker and Bassett, 1978). */
export function pinballLoss(forecast: Tensor, truth: Tensor): Tensor {
  const q = tensor([...quantiles], { backend: forecast.backend });
  const error = truth.sub(forecast);
  return maximum(error.mul(q), error.mul(q.sub(1))).mean();
}

/** Trains a net on the windows. All that is random comes from the seed. */
export async function trainForecaster(
  train: WindowDataset,
  settings: Omit<Settings, "backend" | "year" | "years">,
  callbacks: readonly Callback[] = [],
): Promise<{ model: Forecaster; result: FitResult }> {
  const { epochs, batchSize, lr, hiddenSize, weightDecay, seed } = settings;
  const random = new Generator(seed);
  const model = new Forecaster({ hiddenSize, generator: random.split("weights") });
  const data = new DataLoader(train, { batchSize, shuffle: true, dropLast: true, generator: random.split("order") });
  const optimizer = new AdamW(model, { lr, weightDecay });
  const totalSteps = epochs * data.length + 1;
  const schedule = cosineWithWarmup({ warmupSteps: Math.round(totalSteps / 20), totalSteps });
  const result = await fit(model, {
    data,
    loss: (forecaster, { x, y }: Batch) => pinballLoss(forecaster.forward(x, y), y.slice(2, 0, 1)),
    optimizer,
    schedule: { scheduler: new LRScheduler(optimizer, schedule), every: "step" },
    clipNorm: 1,
    epochs,
    callbacks,
  });
  return { model, result };
}
