import type { Tensor } from "@nn/tensor";

/** The derivative of sigmoid, told from its result. */
export function slopeOfSigmoid(y: Tensor): Tensor {
  return y.mul(y.neg().add(1));
}

/** The derivative of tanh, told from its result. */
export function slopeOfTanh(y: Tensor): Tensor {
  return y.square().neg().add(1);
}
