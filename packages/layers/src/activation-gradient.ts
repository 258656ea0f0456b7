import { type FusedActivation, reluGrad, type Tensor } from "@nn/tensor";

/**
 * The gradient of a fused activation, from its output y alone.
 *
 * @example
 * ```ts
 * import { activationGradient } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await activationGradient("relu", tensor([3, 3]), tensor([0, 2])).array(); // => [0, 3]
 * ```
 */
export function activationGradient(activation: FusedActivation, g: Tensor, y: Tensor): Tensor {
  switch (activation) {
    case "none":
      return g;
    case "relu":
      return reluGrad(g, y);
    case "tanh":
      return g.sub(g.mul(y.square()));
    case "sigmoid":
      return g.mul(y.sub(y.square()));
  }
}
