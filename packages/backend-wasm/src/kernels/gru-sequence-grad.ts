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

/** Code of a sum in reduce.ts of assembly/. */
const sum = 0;

/** The gradients at the products with the state differ from those at the inputs, so they have memory of their own. */
export function gruSequenceGrad(context: Context): FusedKernels["gruSequenceGrad"] {
  return {
    dense: true,
    // A step reads its gates before it writes their gradients.
    inPlace: [[3, 0]],
    run({ inputs, outputs: [dx, dWeight, dBias, dh], attrs: { reverse } }) {
      const [weight, h0, output, gates, shares, gOutput, gState, lengths] = inputs;
      const [n, t, size] = output.shape;
      const { exports } = context;
      startWith(context, gState, dh);
      withFloats(context, n * t * size, (states) =>
        withFloats(context, n * t * 3 * size, (d) => {
          writeStatesBefore(context, output, h0, states, lengths, reverse);
          withSequenceWorkspace(context, 3 * size, size, (workspace) =>
            exports.gruSequenceGrad(
              pointerOf(weight),
              pointerOf(gates),
              pointerOf(shares),
              states,
              pointerOf(gOutput),
              pointerOf(dh),
              pointerOf(dx),
              d,
              lengthsOf(lengths),
              n,
              t,
              size,
              reverse ? 1 : 0,
              workspace,
            ),
          );
          multiplyGates(context, d, states, n * t, 3 * size, size, dWeight);
          exports.reduceColumns(sum, d, pointerOf(dBias), 1, n * t, 3 * size);
        }),
      );
    },
  };
}
