import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { lengthsOf, startWith, withSequenceWorkspace } from "./sequence.js";

/** The last state is made where it is put: it begins as the first one. */
export function rnnSequence(context: Context): FusedKernels["rnnSequence"] {
  return {
    dense: true,
    run({ inputs: [x, weight, h0, lengths], outputs: [y, h], attrs: { activation, reverse } }) {
      const [n, t, size] = y.shape;
      startWith(context, h0, h);
      withSequenceWorkspace(context, size, size, (workspace) =>
        context.exports.rnnSequence(
          pointerOf(x),
          pointerOf(weight),
          pointerOf(h),
          pointerOf(y),
          activation === "relu" ? 1 : 0,
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
