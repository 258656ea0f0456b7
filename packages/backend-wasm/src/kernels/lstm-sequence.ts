import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { lengthsOf, startWith, withSequenceWorkspace } from "./sequence.js";

/** The last h and c are made where they are put: they begin as the first ones. */
export function lstmSequence(context: Context): FusedKernels["lstmSequence"] {
  return {
    dense: true,
    // What is saved may lie where the input was.
    inPlace: [[0, 3]],
    run({ inputs: [x, weight, h0, c0, lengths], outputs: [y, h, c, gates, cells], attrs: { reverse, save } }) {
      const [n, t, size] = y.shape;
      startWith(context, h0, h);
      startWith(context, c0, c);
      withSequenceWorkspace(context, size, 4 * size, (workspace) =>
        context.exports.lstmSequence(
          pointerOf(x),
          pointerOf(weight),
          pointerOf(h),
          pointerOf(c),
          pointerOf(y),
          save ? pointerOf(gates) : 0,
          save ? pointerOf(cells) : 0,
          lengthsOf(lengths),
          n,
          t,
          size,
          reverse ? 1 : 0,
          workspace,
        ),
      );
    },
  };
}
