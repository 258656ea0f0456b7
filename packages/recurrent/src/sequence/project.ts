import { linear } from "@nn/layers";
import type { Tensor } from "@nn/tensor";

/**
 * The inputs' shares of the gates for all steps, `(n, t, in)` → `(n, t, gates · h)`. No other handle is left of the
 * product, so that a kernel may keep what it saves in its memory.
 */
export function project(x: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  const [n, t, features] = x.shape;
  const rows = linear(x.reshape([n * t, features]), weight, bias);
  const gates = rows.reshape([n, t, weight.shape[0]]);
  rows.dispose();
  return gates;
}
