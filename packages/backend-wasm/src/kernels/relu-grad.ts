import type { FusedKernels } from "@nn/backend";
import type { Context } from "../context.js";
import { pairwise } from "./binary.js";

/** The code of `a where b > 0, else 0` in assembly/binary.ts. */
const code = 6;

export function reluGrad(context: Context): FusedKernels["reluGrad"] {
  const run = pairwise(context);
  return {
    inPlace: [[0, 0]],
    run({ inputs, outputs }) {
      run(code, inputs[0], inputs[1], outputs[0]);
    },
  };
}
