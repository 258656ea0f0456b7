import type { AdamAttrs, Kernel, TypedArray } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { arrayOf } from "../buffer.js";

/** PyTorch's Adam and AdamW. With AMSGrad, groups are `[p, g, m, v, vmax]`: the op says so, `group` speaks of the case without. */
export const adamStep: Kernel<AdamAttrs> = {
  dense: true,
  group: { inputs: 4, outputs: 3 },
  inPlace: [
    [0, 0],
    [2, 1],
    [3, 2],
    [4, 3],
  ],
  run({ inputs, outputs, attrs: { amsgrad, decoupled }, scalars }) {
    const taken = amsgrad ? 5 : 4;
    const given = amsgrad ? 4 : 3;
    for (let i = 0, o = 0; i < inputs.length; i += taken, o += given) {
      step(
        arrayOf(inputs[i]),
        arrayOf(inputs[i + 1]),
        arrayOf(inputs[i + 2]),
        arrayOf(inputs[i + 3]),
        arrayOf(outputs[o]),
        arrayOf(outputs[o + 1]),
        arrayOf(outputs[o + 2]),
        amsgrad ? arrayOf(inputs[i + 4]) : null,
        amsgrad ? arrayOf(outputs[o + 3]) : null,
        sizeOf(outputs[o].shape),
        scalars,
        decoupled,
      );
    }
  },
};

function step(
  p: TypedArray,
  g: TypedArray,
  m: TypedArray,
  v: TypedArray,
  nextP: TypedArray,
  nextM: TypedArray,
  nextV: TypedArray,
  top: TypedArray | null,
  nextTop: TypedArray | null,
  n: number,
  scalars: readonly number[],
  decoupled: boolean,
): void {
  const [lr, beta1, beta2, eps, decay, count] = scalars;
  const size = lr / (1 - beta1 ** count);
  const root = Math.sqrt(1 - beta2 ** count);
  const shrink = decoupled ? 1 - lr * decay : 1;
  const penalty = decoupled ? 0 : decay;
  for (let i = 0; i < n; i++) {
    const value = p[i];
    const gradient = g[i] + penalty * value;
    const first = beta1 * m[i] + (1 - beta1) * gradient;
    let second = beta2 * v[i] + (1 - beta2) * gradient * gradient;
    nextM[i] = first;
    nextV[i] = second;
    if (top !== null && nextTop !== null) nextTop[i] = second = Math.max(top[i], second);
    nextP[i] = value * shrink - (size * first) / (Math.sqrt(second) / root + eps);
  }
}
