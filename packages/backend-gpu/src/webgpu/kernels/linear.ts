import type { FusedActivation, FusedKernels, Operand } from "@nn/backend";
import { activations } from "./functions.js";
import { type Device, params } from "./launch.js";
import type { Product } from "./product.js";
import { multiplyStrided, stridedOperands, stridedParams, stridedPlace } from "./strided.js";

/** activation(x · weightᵀ + bias): bias and activation go on while the product is stored. */
export function linear(device: Device): FusedKernels["linear"] {
  return {
    run({ inputs: [x, weight, bias], outputs: [y], attrs: { activation } }) {
      multiplyStrided(device, [x, transposed(weight)], y, {
        product: productOf(activation, bias !== undefined),
        extras: bias === undefined ? [] : [bias.buffer],
        params: bias === undefined ? [] : [bias.offset, bias.strides[0]],
      });
    },
  };
}

function transposed(x: Operand): Operand {
  const { buffer, dtype, offset } = x;
  return { buffer, dtype, offset, shape: [x.shape[1], x.shape[0]], strides: [x.strides[1], x.strides[0]] };
}

function productOf(activation: FusedActivation, hasBias: boolean): Product {
  const value = hasBias ? "value + bias[params.biasStart + i32(n) * params.biasStep]" : "value";
  return {
    key: `linear.${activation}${hasBias ? ".bias" : ""}`,
    params: [...stridedParams, ...(hasBias ? params("i32", "biasStart", "biasStep") : [])],
    sources: ["a", "b"],
    operands: stridedOperands,
    extras: hasBias ? ["bias"] : [],
    store: `${activations[activation]}fn store(z : u32, m : u32, n : u32, value : f32) {
  result[${stridedPlace}] = activate(${value});
}
`,
  };
}
