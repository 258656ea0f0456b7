import type { Kernel, SavingSequenceAttrs, SequenceAttrs } from "@nn/backend";
import { sigmoid, tanh } from "../math.js";
import {
  arraysOf,
  isInside,
  like,
  multiplyBack,
  multiplyGates,
  multiplyStates,
  statesBefore,
  steps,
  walkOf,
} from "./sequence.js";

/** One product a step, then the gates; h and c run in the outputs for the last state. */
export const lstmSequence: Kernel<SavingSequenceAttrs> = {
  dense: true,
  // What is saved may lie where the input was.
  inPlace: [[0, 3]],
  run(io) {
    const walk = walkOf(io.outputs[0], io.inputs[4], io.attrs.reverse);
    const { n, t, h: size } = walk;
    const { inputs, outputs } = arraysOf(io);
    const [x, weight, h0, c0] = inputs;
    const [y, h, c, gates, cells] = outputs;
    const wide = 4 * size;
    const z = like(x, n * wide);
    h.set(h0);
    c.set(c0);
    for (const k of steps(walk)) {
      multiplyStates(walk, h, weight, wide, z);
      for (let row = 0; row < n; row++) {
        const at = (row * t + k) * size;
        const inside = isInside(walk, row, k);
        for (let j = 0; j < size; j++) {
          const state = row * size + j;
          if (inside) {
            const p = 4 * at + j;
            const q = row * wide + j;
            const i = sigmoid(x[p] + z[q]);
            const f = sigmoid(x[p + size] + z[q + size]);
            const g = tanh(x[p + 2 * size] + z[q + 2 * size]);
            const o = sigmoid(x[p + 3 * size] + z[q + 3 * size]);
            c[state] = f * c[state] + i * g;
            h[state] = o * tanh(c[state]);
            if (gates !== undefined) {
              gates[p] = i;
              gates[p + size] = f;
              gates[p + 2 * size] = g;
              gates[p + 3 * size] = o;
            }
          }
          y[at + j] = inside ? h[state] : 0;
          if (cells !== undefined) cells[at + j] = c[state];
        }
      }
    }
  },
};

/** Step by step the gradients of the gates, then that of the weight as one product; dh and dc run in their outputs. */
export const lstmSequenceGrad: Kernel<SequenceAttrs> = {
  dense: true,
  // A step reads its gates before it writes their gradients.
  inPlace: [[4, 0]],
  run(io) {
    const walk = walkOf(io.inputs[3], io.inputs[9], io.attrs.reverse);
    const { n, t, h: size, reverse } = walk;
    const { inputs, outputs } = arraysOf(io);
    const [weight, h0, c0, output, gates, cells, gOutput, gH, gC] = inputs;
    const [dx, dWeight, dh, dc] = outputs;
    const wide = 4 * size;
    dh.set(gH);
    dc.set(gC);
    for (const k of steps(walk, true)) {
      const earlier = reverse ? k + 1 : k - 1;
      for (let row = 0; row < n; row++) {
        const at = (row * t + k) * size;
        if (!isInside(walk, row, k)) {
          dx.fill(0, 4 * at, 4 * at + wide);
          continue;
        }
        for (let j = 0; j < size; j++) {
          const p = 4 * at + j;
          const state = row * size + j;
          const [i, f, g, o] = [gates[p], gates[p + size], gates[p + 2 * size], gates[p + 3 * size]];
          const before = earlier < 0 || earlier === t ? c0[state] : cells[(row * t + earlier) * size + j];
          const squashed = tanh(cells[at + j]);
          const total = dh[state] + gOutput[at + j];
          const cell = dc[state] + total * o * (1 - squashed * squashed);
          dx[p] = cell * g * i * (1 - i);
          dx[p + size] = cell * before * f * (1 - f);
          dx[p + 2 * size] = cell * i * (1 - g * g);
          dx[p + 3 * size] = total * squashed * o * (1 - o);
          dc[state] = cell * f;
          dh[state] = 0;
        }
      }
      multiplyBack(walk, dx, k, weight, wide, dh);
    }
    multiplyGates(walk, dx, statesBefore(walk, output, h0), wide, dWeight);
  },
};
