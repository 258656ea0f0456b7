import type { FusedKernels } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";

/** PyTorch's SGD. Without momentum, groups are `[p, g]` → `[p]`; `group` speaks of the case with it. */
export function sgdStep({ heap, exports }: Context): FusedKernels["sgdStep"] {
  const factors = exports.factorsAddress() / 4;
  return {
    dense: true,
    group: { inputs: 3, outputs: 2 },
    inPlace: [
      [0, 0],
      [2, 1],
    ],
    run({ inputs, outputs, attrs: { nesterov, hasMomentum }, scalars }) {
      const [lr, momentum, dampening, decay, first] = scalars;
      const { f32, i32 } = heap;
      f32[factors] = lr;
      f32[factors + 1] = decay;
      if (!hasMomentum) {
        for (let i = 0, o = 0; i < inputs.length; i += 2, o++) {
          const z = outputs[o];
          exports.sgd(pointerOf(inputs[i]), pointerOf(inputs[i + 1]), pointerOf(z), sizeOf(z.shape));
        }
        return;
      }
      // In the first step the buffer becomes the gradient, whatever it held.
      f32[factors + 2] = momentum;
      f32[factors + 3] = first === 1 ? 1 : 1 - dampening;
      f32[factors + 4] = nesterov ? momentum : 1;
      f32[factors + 5] = nesterov ? 1 : 0;
      i32[factors + 6] = first === 1 ? 0 : -1;
      for (let i = 0, o = 0; i < inputs.length; i += 3, o += 2) {
        const z = outputs[o];
        exports.sgdWithMomentum(
          pointerOf(inputs[i]),
          pointerOf(inputs[i + 1]),
          pointerOf(inputs[i + 2]),
          pointerOf(z),
          pointerOf(outputs[o + 1]),
          sizeOf(z.shape),
        );
      }
    },
  };
}
