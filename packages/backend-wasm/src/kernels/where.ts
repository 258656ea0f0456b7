import type { Operand, RequiredKernels } from "@nn/backend";
import { type Context, densified, pointerOf, release, widthOf } from "../context.js";

export function where(context: Context): RequiredKernels["where"] {
  const { exports, walk } = context;

  function start({ shape, strides }: Operand, a: Operand, b: Operand): void {
    walk.begin();
    for (let d = shape.length - 1; d >= 0; d--) walk.add(shape[d], strides[d], a.strides[d], b.strides[d]);
  }
  const fits = (step: number) => step === 1 || step === 0;

  return {
    run({ inputs, outputs }) {
      let [condition, a, b] = inputs;
      start(condition, a, b);
      const { rowA, rowB, rowC } = walk;
      if (!fits(rowA) || !fits(rowB) || !fits(rowC)) {
        if (!fits(rowA)) condition = densified(context, condition);
        if (!fits(rowB)) a = densified(context, a);
        if (!fits(rowC)) b = densified(context, b);
        start(condition, a, b);
      }
      const width = widthOf(a);
      if (walk.dimensions > 1) walk.publish(1, width, width);
      const moves = walk.rowA + 2 * walk.rowB + 4 * walk.rowC;
      const z = pointerOf(outputs[0]);
      exports.where(pointerOf(condition), pointerOf(a), pointerOf(b), z, moves, walk.dimensions, walk.length, width);
      release(context, condition, inputs[0]);
      release(context, a, inputs[1]);
      release(context, b, inputs[2]);
    },
  };
}
