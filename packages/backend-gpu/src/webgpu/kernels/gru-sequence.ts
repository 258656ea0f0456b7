import type { FusedKernels } from "@nn/backend";
import { squashing } from "./functions.js";
import { copyFloats, type Device, launchElements, params, reads, withScratch, writes } from "./launch.js";
import { reduce } from "./reduce.js";
import { multiplyGates, runBack, runSteps, walkOf, withStatesBefore } from "./sequence.js";

export function gruSequence(device: Device): FusedKernels["gruSequence"] {
  return {
    dense: true,
    run({ inputs, outputs: [y, last, gates, shares], attrs: { reverse, save } }) {
      const [x, weight, bias, h0, lengths] = inputs;
      const walk = walkOf(y, lengths, reverse);
      const size = walk.n * walk.h;
      withScratch(device, 2 * size, (states) => {
        copyFloats(device, h0.buffer, states, size);
        runSteps(device, {
          key: `gruSequence${save ? ".save" : ""}`,
          walk,
          gates: 3,
          sources: { x: x.buffer, weight: weight.buffer, bias: bias.buffer },
          results: { y: y.buffer, states, ...(save ? { gates: gates.buffer, shares: shares.buffer } : {}) },
          functions: squashing,
          body: `let size = params.n * params.h;
  let p = (at - unit) * 3u + unit;
  var state = states[params.source * size + own];
  if (inside) {
    let r = sigmoid(x[p] + sum0 + bias[unit]);
    let z = sigmoid(x[p + params.h] + sum1 + bias[params.h + unit]);
    let share = sum2 + bias[2u * params.h + unit];
    let m = hyperbolic(x[p + 2u * params.h] + r * share);
    state = m + z * (state - m);
    ${save ? "gates[p] = r; gates[p + params.h] = z; gates[p + 2u * params.h] = m; shares[at] = share;" : ""}
  }
  states[(1u - params.source) * size + own] = state;
  y[at] = select(0.0, state, inside);`,
        });
        copyFloats(device, states, last.buffer, size, { sourceStart: (walk.t % 2) * size });
      });
    },
  };
}

/** The gradients at the products with the state differ from those at the inputs by the reset gate, in the third gate. */
export function gruSequenceGrad(device: Device): FusedKernels["gruSequenceGrad"] {
  return {
    dense: true,
    run({ inputs, outputs: [dx, dWeight, dBias, dh], attrs: { reverse } }) {
      const [weight, h0, output, gates, shares, gOutput, gState, lengths] = inputs;
      const walk = walkOf(output, lengths, reverse);
      const { n, t, h } = walk;
      copyFloats(device, gState.buffer, dh.buffer, n * h);
      withStatesBefore(device, walk, output, h0, (states) => {
        runBack(device, {
          key: "gruSequenceGrad",
          walk,
          gates: 3,
          sources: {
            weight: weight.buffer,
            gates: gates.buffer,
            shares: shares.buffer,
            states,
            gOutput: gOutput.buffer,
          },
          results: { dx: dx.buffer, dh: dh.buffer },
          functions: `fn back(at : u32, k : u32) -> f32 {
  let value = dx[at * params.depth + k];
  if (k < 2u * params.h || value == 0.0) { return value; }
  return value * gates[at * params.depth + k - 2u * params.h];
}
`,
          body: `let p = (at - unit) * 3u + unit;
  let carried = dh[own] + sum0;
  if (params.finish != 0u || !inside) {
    dh[own] = carried;
    if (params.finish == 0u) {
      dx[p] = 0.0;
      dx[p + params.h] = 0.0;
      dx[p + 2u * params.h] = 0.0;
    }
    return;
  }
  let r = gates[p];
  let z = gates[p + params.h];
  let m = gates[p + 2u * params.h];
  let total = carried + gOutput[at];
  let dm = total * (1.0 - z) * (1.0 - m * m);
  dx[p] = dm * shares[at] * r * (1.0 - r);
  dx[p + params.h] = total * (states[at] - m) * z * (1.0 - z);
  dx[p + 2u * params.h] = dm;
  dh[own] = total * z;`,
        });
        withScratch(device, n * t * 3 * h, (d) => {
          launchElements(device, {
            key: "gruSequenceGrad.products",
            count: n * t * 3 * h,
            params: [h],
            buffers: [dx.buffer, gates.buffer, d],
            text: () => ({
              params: params("u32", "h"),
              buffers: [...reads("dx", "gates"), ...writes("d")],
              // Behind a sequence's length the gates are anything, and the gradients 0.
              body: `var value = dx[i];
  if (i / params.h % 3u == 2u && value != 0.0) { value *= gates[i - 2u * params.h]; }
  d[i] = value;`,
            }),
          });
          multiplyGates(device, walk, d, states, dWeight);
          const rows = { buffer: d, dtype: "f32", shape: [n * t, 3 * h], strides: [3 * h, 1], offset: 0 } as const;
          const sums = { ...rows, buffer: dBias.buffer, shape: [1, 3 * h] };
          const attrs = { kind: "sum", axes: [0] } as const;
          reduce(device).run({ inputs: [rows], outputs: [sums], attrs, scalars: [], saved: [] });
        });
      });
    },
  };
}
