import type { FusedKernels } from "@nn/backend";
import { activations } from "./functions.js";
import { copyFloats, type Device, withScratch } from "./launch.js";
import { multiplyGates, plainBack, runBack, runSteps, walkOf, withStatesBefore } from "./sequence.js";

export function rnnSequence(device: Device): FusedKernels["rnnSequence"] {
  return {
    dense: true,
    run({ inputs: [x, weight, h0, lengths], outputs: [y, last], attrs: { activation, reverse } }) {
      const walk = walkOf(y, lengths, reverse);
      const size = walk.n * walk.h;
      withScratch(device, 2 * size, (states) => {
        copyFloats(device, h0.buffer, states, size);
        runSteps(device, {
          key: `rnnSequence.${activation}`,
          walk,
          gates: 1,
          sources: { x: x.buffer, weight: weight.buffer },
          results: { y: y.buffer, states },
          functions: activations[activation],
          body: `let size = params.n * params.h;
  var state = states[params.source * size + own];
  if (inside) { state = activate(x[at] + sum0); }
  states[(1u - params.source) * size + own] = state;
  y[at] = select(0.0, state, inside);`,
        });
        copyFloats(device, states, last.buffer, size, { sourceStart: (walk.t % 2) * size });
      });
    },
  };
}

const slopes = { tanh: "total * (1.0 - out * out)", relu: "select(0.0, total, out > 0.0)" };

export function rnnSequenceGrad(device: Device): FusedKernels["rnnSequenceGrad"] {
  return {
    dense: true,
    run({ inputs, outputs: [dx, dWeight, dh], attrs: { activation, reverse } }) {
      const [weight, h0, output, gOutput, gState, lengths] = inputs;
      const walk = walkOf(output, lengths, reverse);
      copyFloats(device, gState.buffer, dh.buffer, walk.n * walk.h);
      runBack(device, {
        key: `rnnSequenceGrad.${activation}`,
        walk,
        gates: 1,
        sources: { weight: weight.buffer, y: output.buffer, g: gOutput.buffer },
        results: { dx: dx.buffer, dh: dh.buffer },
        functions: plainBack,
        body: `let carried = dh[own] + sum0;
  if (params.finish != 0u || !inside) {
    dh[own] = carried;
    if (params.finish == 0u) { dx[at] = 0.0; }
    return;
  }
  let out = y[at];
  let total = carried + g[at];
  dx[at] = ${slopes[activation]};
  dh[own] = 0.0;`,
      });
      withStatesBefore(device, walk, output, h0, (states) => multiplyGates(device, walk, dx.buffer, states, dWeight));
    },
  };
}
