import type { BinaryKind, Kernel } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { walk } from "../walk.js";
import { binaryLoops } from "./binary-loops.js";

export const binary: Kernel<{ readonly kind: BinaryKind }> = {
  run({ inputs, outputs, attrs }) {
    const a = inputs[0];
    const b = inputs[1];
    const output = outputs[0];
    const x = arrayOf(a);
    const y = arrayOf(b);
    const z = arrayOf(output);
    const loop = binaryLoops[attrs.kind];
    walk.start(output.shape, a, b, output);
    do loop(x, walk.p0, walk.s0, y, walk.p1, walk.s1, z, walk.p2, walk.length);
    while (walk.next());
  },
};
