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

/** Step by step the gradients of the gates, then that of the weight as one product over all steps. */
export function lstmSequenceGrad(context: Context): FusedKernels["lstmSequenceGrad"] {
  return {
    dense: true,
    // A step reads its gates before it writes their gradients.
    inPlace: [[4, 0]],
    run({ inputs, outputs: [dx, dWeight, dh, dc], attrs: { reverse } }) {
      const [weight, h0, c0, output, gates, cells, gOutput, gH, gC, lengths] = inputs;
      const [n, t, size] = output.shape;
      startWith(context, gH, dh);
      startWith(context, gC, dc);
      withSequenceWorkspace(context, 4 * size, size, (workspace) =>
        context.exports.lstmSequenceGrad(
          pointerOf(weight),
          pointerOf(c0),
          pointerOf(gates),
          pointerOf(cells),
          pointerOf(gOutput),
          pointerOf(dh),
          pointerOf(dc),
          pointerOf(dx),
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
        multiplyGates(context, pointerOf(dx), states, n * t, 4 * size, size, dWeight);
      });
    },
  };
}
