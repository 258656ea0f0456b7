import type { FusedKernels } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";

/** PyTorch's Adam and AdamW. `group` speaks of the case without AMSGrad; the op tells the dispatcher of the other. */
export function adamStep({ heap, exports }: Context): FusedKernels["adamStep"] {
  const factors = exports.factorsAddress() / 4;

  /** What does not depend on the elements, in f64 before it is rounded. */
  function prepare([lr, beta1, beta2, eps, decay, step]: readonly number[], decoupled: boolean): void {
    const { f32 } = heap;
    f32[factors] = beta1;
    f32[factors + 1] = 1 - beta1;
    f32[factors + 2] = beta2;
    f32[factors + 3] = 1 - beta2;
    f32[factors + 4] = lr / (1 - beta1 ** step);
    f32[factors + 5] = 1 / Math.sqrt(1 - beta2 ** step);
    f32[factors + 6] = eps;
    f32[factors + 7] = decoupled ? 0 : decay;
    f32[factors + 8] = decoupled ? 1 - lr * decay : 1;
  }

  return {
    dense: true,
    group: { inputs: 4, outputs: 3 },
    inPlace: [
      [0, 0],
      [2, 1],
      [3, 2],
      [4, 3],
    ],
    run({ inputs, outputs, attrs: { amsgrad, decoupled }, scalars }) {
      prepare(scalars, decoupled);
      const taken = amsgrad ? 5 : 4;
      const given = amsgrad ? 4 : 3;
      for (let i = 0, o = 0; i < inputs.length; i += taken, o += given) {
        const p = pointerOf(inputs[i]);
        const g = pointerOf(inputs[i + 1]);
        const m = pointerOf(inputs[i + 2]);
        const v = pointerOf(inputs[i + 3]);
        const nextP = pointerOf(outputs[o]);
        const nextM = pointerOf(outputs[o + 1]);
        const nextV = pointerOf(outputs[o + 2]);
        const n = sizeOf(outputs[o].shape);
        if (!amsgrad) exports.adam(p, g, m, v, nextP, nextM, nextV, n);
        else {
          const top = pointerOf(inputs[i + 4]);
          exports.adamWithTop(p, g, m, v, top, nextP, nextM, nextV, pointerOf(outputs[o + 3]), n);
        }
      }
    },
  };
}
