import type { FusedKernels } from "@nn/backend";
import type { Context } from "../context.js";
import { runSmoothGrad, smoothKinds } from "./smooth.js";

export function geluGrad(context: Context): FusedKernels["geluGrad"] {
  return {
    inPlace: [[0, 0]],
    run(call) {
      runSmoothGrad(context, smoothKinds[call.attrs.approximate], call);
    },
  };
}
