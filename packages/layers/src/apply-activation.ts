import { type FusedActivation, relu, sigmoid, type Tensor, tanh } from "@nn/tensor";

/** Applies a fused activation in ops: the last step of the composed forms of `linear` and the convolutions. */
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
