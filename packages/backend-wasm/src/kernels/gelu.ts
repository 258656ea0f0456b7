import type { FusedKernels } from "@nn/backend";
import type { Context } from "../context.js";
import { runSmooth, smoothKinds } from "./smooth.js";

export function gelu(context: Context): FusedKernels["gelu"] {
  return {
    inPlace: [[0, 0]],
    run(call) {
      runSmooth(context, smoothKinds[call.attrs.approximate], call);
    },
  };
}
