import type { Kernel } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { copyRow } from "../copy-row.js";
import { walk } from "../walk.js";

export const cast: Kernel<undefined> = {
  run({ inputs, outputs }) {
    const input = inputs[0];
    const output = outputs[0];
    const x = arrayOf(input);
    const z = arrayOf(output);
    const toBool = output.dtype === "bool" && input.dtype !== "bool";
    walk.start(output.shape, input, output, output);
    do {
      if (!toBool) copyRow(x, walk.p0, walk.s0, z, walk.p1, walk.s1, walk.length);
      else for (let i = 0, p = walk.p0; i < walk.length; i++, p += walk.s0) z[walk.p1 + i] = +(x[p] !== 0);
    } while (walk.next());
  },
};
