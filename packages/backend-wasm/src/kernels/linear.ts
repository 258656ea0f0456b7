import type { FusedKernels } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";
import { activationCode } from "./activation.js";
import { multiply } from "./product.js";

/** activation(x · weightᵀ + bias): bias and activation are applied to each block of the product in the cache. */
export function linear(context: Context): FusedKernels["linear"] {
  return {
    run({ inputs: [x, weight, bias], outputs: [y], attrs }) {
      const dense = bias === undefined ? undefined : densely(context, bias);
      multiply(context, {
        rows: x.shape[0],
        columns: weight.shape[0],
        depth: x.shape[1],
        count: 1,
        a: pointerOf(x),
        aRow: x.strides[0],
        aStep: x.strides[1],
        aBatch: 0,
        b: pointerOf(weight),
        bStep: weight.strides[1],
        bColumn: weight.strides[0],
        bBatch: 0,
        c: pointerOf(y),
        bias: dense === undefined ? 0 : pointerOf(dense),
        activation: activationCode[attrs.activation],
      });
      if (dense !== undefined) release(context, dense, bias);
    },
  };
}
