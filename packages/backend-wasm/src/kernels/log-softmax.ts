import type { FusedKernels } from "@nn/backend";
import type { Context } from "../context.js";
import { alongAxis } from "./softmax.js";

export function logSoftmax(context: Context): FusedKernels["logSoftmax"] {
  return alongAxis(context, context.exports.logSoftmax);
}
