import type { RequiredKernels } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, pointerOf, runCopy, widthOf } from "../context.js";
import { fillWith } from "./fill.js";

/** Where padding shows, the whole output is filled first and the covered part copied over it. */
export function copy(context: Context): RequiredKernels["copy"] {
  const { exports, walk, heap } = context;
  return {
    run({ inputs, outputs, attrs, scalars }) {
      const x = inputs[0];
      const z = outputs[0];
      const { shape } = z;
      const before = attrs?.before;
      const width = widthOf(x);
      let source = pointerOf(x);
      let target = pointerOf(z);
      let step = 1;
      let isFilled = false;
      walk.begin();
      for (let d = shape.length - 1; d >= 0; d--) {
        const shift = before === undefined ? 0 : before[d];
        // The part of the output that the input covers.
        const low = Math.max(0, shift);
        const high = Math.min(shape[d], x.shape[d] + shift);
        if (high - low !== shape[d]) {
          if (!isFilled) fillWith(heap, exports, pointerOf(z), z.dtype, sizeOf(shape), scalars[0]);
          isFilled = true;
          if (high <= low) return;
        }
        source += (low - shift) * x.strides[d] * width;
        target += low * step * width;
        walk.add(high - low, x.strides[d], step, 0);
        step *= shape[d];
      }
      runCopy(context, source, target, width);
    },
  };
}
