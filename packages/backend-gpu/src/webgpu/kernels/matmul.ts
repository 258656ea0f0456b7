import type { Operand, RequiredKernels } from "@nn/backend";
import type { Device } from "./launch.js";
import { type Epilogue, multiplyStrided, stridedOperands, stridedParams, stridedPlace } from "./strided.js";

const plain: Epilogue = {
  product: {
    key: "matmul",
    params: stridedParams,
    sources: ["a", "b"],
    operands: stridedOperands,
    extras: [],
    store: `fn store(z : u32, m : u32, n : u32, value : f32) { result[${stridedPlace}] = value; }\n`,
  },
  extras: [],
  params: [],
};

/** a · b, whose strides say the transposes. */
export function multiplyMatrices(device: Device, a: Operand, b: Operand, output: Operand): void {
  multiplyStrided(device, [a, b], output, plain);
}

export function matmul(device: Device): RequiredKernels["matmul"] {
  return { run: ({ inputs: [a, b], outputs: [output] }) => multiplyMatrices(device, a, b, output) };
}
