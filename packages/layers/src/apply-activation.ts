import { type FusedActivation, relu, sigmoid, type Tensor, tanh } from "@nn/tensor";

/**
 * Applies a fused activation in ops: the last step of the composed forms of `linear` and the convolutions.
 *
 * @example
 * ```ts
 * import { applyActivation } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await applyActivation("relu", tensor([-1, 2])).array(); // => [0, 2]
 * ```
 */
export function applyActivation(activation: FusedActivation, x: Tensor): Tensor {
  switch (activation) {
    case "none":
      return x;
    case "relu":
      return relu(x);
    case "tanh":
      return tanh(x);
    case "sigmoid":
      return sigmoid(x);
  }
}
