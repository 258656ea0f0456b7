import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { lengthsOf, startWith, withSequenceWorkspace } from "./sequence.js";

/** The last state is made where it is put: it begins as the first one. */
export function gruSequence(context: Context): FusedKernels["gruSequence"] {
  return {
    dense: true,
    // What is saved may lie where the input was.
    inPlace: [[0, 2]],
    run({ inputs: [x, weight, bias, h0, lengths], outputs: [y, h, gates, shares], attrs: { reverse, save } }) {
      const [n, t, size] = y.shape;
      startWith(context, h0, h);
      withSequenceWorkspace(context, size, 3 * size, (workspace) =>
        context.exports.gruSequence(
          pointerOf(x),
          pointerOf(weight),
          pointerOf(bias),
          pointerOf(h),
          pointerOf(y),
          save ? pointerOf(gates) : 0,
          save ? pointerOf(shares) : 0,
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
