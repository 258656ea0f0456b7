import type { FusedKernels } from "@nn/backend";
import type { Context } from "../context.js";
import { alongRows } from "./softmax.js";

export function logSoftmax(context: Context): FusedKernels["logSoftmax"] {
  return alongRows(context, context.exports.logSoftmax);
}
