import type { Kernel } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { arrayOf } from "../buffer.js";

export const fill: Kernel<undefined> = {
  run({ outputs, scalars }) {
    const out = outputs[0];
    const value = scalars[0];
    arrayOf(out).fill(out.dtype === "bool" ? +(value !== 0) : value, 0, sizeOf(out.shape));
  },
};
