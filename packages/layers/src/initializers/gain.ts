import { checkChoice } from "../checks.js";

/** What follows a layer, as the gain of its initial weights depends on it. */
export type Nonlinearity = "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

/**
 * The factor that keeps the variance of activations the same from layer to layer (torch.nn.init.calculate_gain).
 *
 * @param a negative slope of a leaky relu, default 0.01
 * @throws DataError for another word.
 *
 * @example
 * ```ts
 * import { gain } from "@nn/layers";
 *
 * gain("sigmoid"); // => 1
 * ```
 */
export function gain(nonlinearity: Nonlinearity, a = 0.01): number {
  checkChoice("gain", "nonlinearity", nonlinearity, ["linear", "sigmoid", "tanh", "relu", "leakyRelu", "selu"]);
  switch (nonlinearity) {
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.SQRT2;
    case "leakyRelu":
      return Math.sqrt(2 / (1 + a * a));
    case "selu":
      return 3 / 4;
    default:
      return 1;
  }
}
