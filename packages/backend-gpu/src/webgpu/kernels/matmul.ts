import type { RequiredKernels } from "@nn/backend";
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

export function matmul(device: Device): RequiredKernels["matmul"] {
  return {
    run: ({ inputs: [a, b], outputs: [output] }) => multiplyStrided(device, [a, b], output, plain),
  };
}
