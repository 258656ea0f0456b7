import type { FusedKernels } from "@nn/backend";
import type { Context } from "../context.js";
import { runSmooth, smoothKinds } from "./smooth.js";

export function silu(context: Context): FusedKernels["silu"] {
  return {
    inPlace: [[0, 0]],
    run(call) {
      runSmooth(context, smoothKinds.silu, call);
    },
  };
}
