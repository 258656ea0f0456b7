import type { FusedKernels } from "@nn/backend";
import type { Context } from "../context.js";
import { runSmoothGrad, smoothKinds } from "./smooth.js";

export function siluGrad(context: Context): FusedKernels["siluGrad"] {
  return {
    inPlace: [[0, 0]],
    run(call) {
      runSmoothGrad(context, smoothKinds.silu, call);
    },
  };
}
