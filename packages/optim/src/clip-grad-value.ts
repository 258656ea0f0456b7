import { clamp, type Gradients, noGrad } from "@nn/tensor";
import { type ClipOptions, checkBound } from "./clip-grad-norm.js";

/**
 * Limits every element of the gradients to `[-clipValue, clipValue]` (torch.nn.utils.clip_grad_value_).
 *
 * @returns new gradients. Those given are disposed unless `keep` is set.
 *
 * @example
 * ```ts
 * import { clipGradValue } from "@nn/optim";
 * import { tensor, valueAndGrad } from "@nn/tensor";
 *
 * const x = tensor([3, -0.25]);
 * const { grads } = valueAndGrad(x, () => x.square().sum());
 * await clipGradValue(grads, 1).get(x).array(); // => [1, -0.5]
 * ```
 */
export function clipGradValue(grads: Gradients, clipValue: number, { keep = false }: ClipOptions = {}): Gradients {
  checkBound("clipGradValue", "clipValue", clipValue);
  const clipped = noGrad(() => grads.map((gradient) => clamp(gradient, -clipValue, clipValue)));
  if (!keep) grads.dispose();
  return clipped;
}
