import type { FusedKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import {
  lengthsOf,
  multiplyGates,
  startWith,
  withFloats,
  withSequenceWorkspace,
  writeStatesBefore,
} from "./sequence.js";

/** Step by step the gradients of the states, then that of the weight as one product over all steps. */
export function rnnSequenceGrad(context: Context): FusedKernels["rnnSequenceGrad"] {
  return {
    dense: true,
    run({ inputs, outputs: [dx, dWeight, dh], attrs: { activation, reverse } }) {
      const [weight, h0, output, gOutput, gState, lengths] = inputs;
      const [n, t, size] = output.shape;
      startWith(context, gState, dh);
      withSequenceWorkspace(context, size, size, (workspace) =>
        context.exports.rnnSequenceGrad(
          pointerOf(weight),
          pointerOf(output),
          pointerOf(gOutput),
          pointerOf(dh),
          pointerOf(dx),
          activation === "relu" ? 1 : 0,
          lengthsOf(lengths),
          n,
          t,
          size,
          reverse ? 1 : 0,
          workspace,
        ),
      );
      withFloats(context, n * t * size, (states) => {
        writeStatesBefore(context, output, h0, states, lengths, reverse);
        multiplyGates(context, pointerOf(dx), states, n * t, size, size, dWeight);
      });
    },
  };
}
