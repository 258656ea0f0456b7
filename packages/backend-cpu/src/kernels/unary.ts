import type { Kernel, UnaryKind } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { walk } from "../walk.js";
import { unaryLoops } from "./unary-loops.js";

export const unary: Kernel<{ readonly kind: UnaryKind }> = {
  run({ inputs, outputs, attrs }) {
    const input = inputs[0];
    const output = outputs[0];
    const x = arrayOf(input);
    const z = arrayOf(output);
    const loop = unaryLoops[attrs.kind];
    walk.start(output.shape, input, output, output);
    do loop(x, walk.p0, walk.s0, z, walk.p1, walk.length);
    while (walk.next());
  },
};
