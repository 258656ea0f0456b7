import { linear } from "@nn/layers";
import { sigmoid, split, type Tensor, tanh } from "@nn/tensor";

/** The parameters of a GRU of one layer and direction. */
export interface GruWeights {
  /** `(3h, in)`, gates in the order r, z, n. */
  readonly weightIh: Tensor;
  /** `(3h, h)` */
  readonly weightHh: Tensor;
  /** `(3h)` */
  readonly biasIh?: Tensor | undefined;
  /** `(3h)` */
  readonly biasHh?: Tensor | undefined;
}

/** The inputs' share of the gates, `(…, in)` → `(…, 3h)`: for all steps at once. */
export function gruInputs(x: Tensor, { weightIh, biasIh }: GruWeights): Tensor {
  return linear(x, weightIh, biasIh);
}

/**
 * One step; x are the inputs' shares `(n, 3h)`. The reset gate acts on the state's share of n after its matrix and bias
 * (PyTorch, cuDNN), or on the state before them (the paper of Cho and others, 2014).
 */
export function gruStep(x: Tensor, h: Tensor, weights: GruWeights, resetAfter: boolean): Tensor {
  const size = h.shape[1];
  const { weightHh, biasHh } = weights;
  const [xr, xz, xn] = split(x, size, 1);
  if (resetAfter) {
    const [hr, hz, hn] = split(linear(h, weightHh, biasHh), size, 1);
    return blend(sigmoid(xz.add(hz)), tanh(xn.add(sigmoid(xr.add(hr)).mul(hn))), h);
  }
  const both = linear(h, weightHh.slice(0, 0, 2 * size), biasHh?.slice(0, 0, 2 * size));
  const [hr, hz] = split(both, size, 1);
  const kept = sigmoid(xr.add(hr)).mul(h);
  const hn = linear(kept, weightHh.slice(0, 2 * size, 3 * size), biasHh?.slice(0, 2 * size, 3 * size));
  return blend(sigmoid(xz.add(hz)), tanh(xn.add(hn)), h);
}

/** `(1 − z) · n + z · h` */
function blend(z: Tensor, n: Tensor, h: Tensor): Tensor {
  return n.add(z.mul(h.sub(n)));
}
