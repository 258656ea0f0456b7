import type { Kernel, SgdAttrs, TypedArray } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { arrayOf } from "../buffer.js";

/** PyTorch's SGD. Without momentum, groups are `[p, g]` → `[p]`; `group` speaks of the case with it. */
export const sgdStep: Kernel<SgdAttrs> = {
  dense: true,
  group: { inputs: 3, outputs: 2 },
  inPlace: [
    [0, 0],
    [2, 1],
  ],
  run({ inputs, outputs, attrs: { nesterov, hasMomentum }, scalars }) {
    const [lr, momentum, dampening, decay, first] = scalars;
    const taken = hasMomentum ? 3 : 2;
    const given = hasMomentum ? 2 : 1;
    for (let i = 0, o = 0; i < inputs.length; i += taken, o += given) {
      const p = arrayOf(inputs[i]);
      const g = arrayOf(inputs[i + 1]);
      const z = arrayOf(outputs[o]);
      const n = sizeOf(outputs[o].shape);
      if (!hasMomentum) plain(p, g, z, n, lr, decay);
      else {
        const buffer = arrayOf(inputs[i + 2]);
        // In the first step the buffer becomes the gradient, whatever it held.
        const keep = first === 1 ? 0 : momentum;
        const share = first === 1 ? 1 : 1 - dampening;
        withMomentum(p, g, buffer, z, arrayOf(outputs[o + 1]), n, lr, momentum, keep, share, decay, nesterov);
      }
    }
  },
};

function plain(p: TypedArray, g: TypedArray, z: TypedArray, n: number, lr: number, decay: number): void {
  for (let i = 0; i < n; i++) z[i] = p[i] - lr * (g[i] + decay * p[i]);
}

function withMomentum(
  p: TypedArray,
  g: TypedArray,
  buffer: TypedArray,
  z: TypedArray,
  nextBuffer: TypedArray,
  n: number,
  lr: number,
  momentum: number,
  keep: number,
  share: number,
  decay: number,
  nesterov: boolean,
): void {
  for (let i = 0; i < n; i++) {
    const gradient = g[i] + decay * p[i];
    const b = keep === 0 ? share * gradient : keep * buffer[i] + share * gradient;
    nextBuffer[i] = b;
    z[i] = p[i] - lr * (nesterov ? gradient + momentum * b : b);
  }
}
