import type { FusedKernels } from "@nn/backend";
import { squashing } from "./functions.js";
import { copyFloats, type Device, withScratch } from "./launch.js";
import { multiplyGates, plainBack, runBack, runSteps, walkOf, withStatesBefore } from "./sequence.js";

/** h takes turns in the two first thirds of `states`, c stays in the last. */
export function lstmSequence(device: Device): FusedKernels["lstmSequence"] {
  return {
    dense: true,
    run({ inputs, outputs: [y, h, c, gates, cells], attrs: { reverse, save } }) {
      const [x, weight, h0, c0, lengths] = inputs;
      const walk = walkOf(y, lengths, reverse);
      const size = walk.n * walk.h;
      withScratch(device, 3 * size, (states) => {
        copyFloats(device, h0.buffer, states, size);
        copyFloats(device, c0.buffer, states, size, { targetStart: 2 * size });
        runSteps(device, {
          key: `lstmSequence${save ? ".save" : ""}`,
          walk,
          gates: 4,
          sources: { x: x.buffer, weight: weight.buffer },
          results: { y: y.buffer, states, ...(save ? { gates: gates.buffer, cells: cells.buffer } : {}) },
          functions: squashing,
          body: `let size = params.n * params.h;
  let p = (at - unit) * 4u + unit;
  var state = states[params.source * size + own];
  var cell = states[2u * size + own];
  if (inside) {
    let i = sigmoid(x[p] + sum0);
    let f = sigmoid(x[p + params.h] + sum1);
    let g = hyperbolic(x[p + 2u * params.h] + sum2);
    let o = sigmoid(x[p + 3u * params.h] + sum3);
    cell = f * cell + i * g;
    state = o * hyperbolic(cell);
    states[2u * size + own] = cell;
    ${save ? "gates[p] = i; gates[p + params.h] = f; gates[p + 2u * params.h] = g; gates[p + 3u * params.h] = o;" : ""}
  }
  states[(1u - params.source) * size + own] = state;
  y[at] = select(0.0, state, inside);
  ${save ? "cells[at] = cell;" : ""}`,
        });
        copyFloats(device, states, h.buffer, size, { sourceStart: (walk.t % 2) * size });
        copyFloats(device, states, c.buffer, size, { sourceStart: 2 * size });
      });
    },
  };
}

/** dh and dc run in the halves of one buffer: a shader may have no more than eight. */
export function lstmSequenceGrad(device: Device): FusedKernels["lstmSequenceGrad"] {
  return {
    dense: true,
    run({ inputs, outputs: [dx, dWeight, dh, dc], attrs: { reverse } }) {
      const [weight, h0, c0, output, gates, cells, gOutput, gH, gC, lengths] = inputs;
      const walk = walkOf(output, lengths, reverse);
      const size = walk.n * walk.h;
      // In the layer's first step there was no cell but c0.
      const [first, earlier] = reverse ? ["params.step + 1u == params.t", "+"] : ["params.step == 0u", "-"];
      withScratch(device, 2 * size, (carry) => {
        copyFloats(device, gH.buffer, carry, size);
        copyFloats(device, gC.buffer, carry, size, { targetStart: size });
        runBack(device, {
          key: `lstmSequenceGrad${reverse ? ".reverse" : ""}`,
          walk,
          gates: 4,
          sources: {
            weight: weight.buffer,
            c0: c0.buffer,
            gates: gates.buffer,
            cells: cells.buffer,
            gOutput: gOutput.buffer,
          },
          results: { dx: dx.buffer, carry },
          functions: `${squashing}${plainBack}`,
          body: `let size = params.n * params.h;
  let p = (at - unit) * 4u + unit;
  let carried = carry[own] + sum0;
  if (params.finish != 0u || !inside) {
    carry[own] = carried;
    if (params.finish == 0u) {
      dx[p] = 0.0;
      dx[p + params.h] = 0.0;
      dx[p + 2u * params.h] = 0.0;
      dx[p + 3u * params.h] = 0.0;
    }
    return;
  }
  let i = gates[p];
  let f = gates[p + params.h];
  let g = gates[p + 2u * params.h];
  let o = gates[p + 3u * params.h];
  var before = c0[own];
  if (!(${first})) { before = cells[at ${earlier} params.h]; }
  let squashed = hyperbolic(cells[at]);
  let total = carried + gOutput[at];
  let cell = carry[size + own] + total * o * (1.0 - squashed * squashed);
  dx[p] = cell * g * i * (1.0 - i);
  dx[p + params.h] = cell * before * f * (1.0 - f);
  dx[p + 2u * params.h] = cell * i * (1.0 - g * g);
  dx[p + 3u * params.h] = total * squashed * o * (1.0 - o);
  carry[size + own] = cell * f;
  carry[own] = 0.0;`,
        });
        copyFloats(device, carry, dh.buffer, size);
        copyFloats(device, carry, dc.buffer, size, { sourceStart: size });
      });
      withStatesBefore(device, walk, output, h0, (states) => multiplyGates(device, walk, dx.buffer, states, dWeight));
    },
  };
}
