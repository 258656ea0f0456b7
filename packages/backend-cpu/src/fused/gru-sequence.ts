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

/** One product a step, then the gates; h runs in the output for the last state. */
export const gruSequence: Kernel<SavingSequenceAttrs> = {
  dense: true,
  // What is saved may lie where the input was.
  inPlace: [[0, 2]],
  run(io) {
    const walk = walkOf(io.outputs[0], io.inputs[4], io.attrs.reverse);
    const { n, t, h: size } = walk;
    const { inputs, outputs } = arraysOf(io);
    const [x, weight, bias, h0] = inputs;
    const [y, h, gates, shares] = outputs;
    const wide = 3 * size;
    const a = like(x, n * wide);
    h.set(h0);
    for (const k of steps(walk)) {
      multiplyStates(walk, h, weight, wide, a);
      for (let row = 0; row < n; row++) {
        const at = (row * t + k) * size;
        const inside = isInside(walk, row, k);
        for (let j = 0; j < size; j++) {
          const state = row * size + j;
          if (inside) {
            const p = 3 * at + j;
            const q = row * wide + j;
            const r = sigmoid(x[p] + a[q] + bias[j]);
            const z = sigmoid(x[p + size] + a[q + size] + bias[size + j]);
            const share = a[q + 2 * size] + bias[2 * size + j];
            const m = tanh(x[p + 2 * size] + r * share);
            h[state] = m + z * (h[state] - m);
            if (gates !== undefined && shares !== undefined) {
              gates[p] = r;
              gates[p + size] = z;
              gates[p + 2 * size] = m;
              shares[at + j] = share;
            }
          }
          y[at + j] = inside ? h[state] : 0;
        }
      }
    }
  },
};

/** The gradients at the products with the state differ from those at the inputs by the reset gate. */
export const gruSequenceGrad: Kernel<SequenceAttrs> = {
  dense: true,
  // A step reads its gates before it writes their gradients.
  inPlace: [[3, 0]],
  run(io) {
    const walk = walkOf(io.inputs[2], io.inputs[7], io.attrs.reverse);
    const { n, t, h: size } = walk;
    const { inputs, outputs } = arraysOf(io);
    const [weight, h0, output, gates, shares, gOutput, gState] = inputs;
    const [dx, dWeight, dBias, dh] = outputs;
    const wide = 3 * size;
    const states = statesBefore(walk, output, h0);
    const d = like(dx, n * t * wide);
    dh.set(gState);
    for (const k of steps(walk, true)) {
      for (let row = 0; row < n; row++) {
        const at = (row * t + k) * size;
        if (!isInside(walk, row, k)) {
          dx.fill(0, 3 * at, 3 * at + wide);
          continue;
        }
        for (let j = 0; j < size; j++) {
          const p = 3 * at + j;
          const state = row * size + j;
          const [r, z, m] = [gates[p], gates[p + size], gates[p + 2 * size]];
          const total = dh[state] + gOutput[at + j];
          const dm = total * (1 - z) * (1 - m * m);
          const dr = dm * shares[at + j] * r * (1 - r);
          const dz = total * (states[at + j] - m) * z * (1 - z);
          dx[p] = d[p] = dr;
          dx[p + size] = d[p + size] = dz;
          dx[p + 2 * size] = dm;
          d[p + 2 * size] = dm * r;
          dh[state] = total * z;
        }
      }
      multiplyBack(walk, d, k, weight, wide, dh);
    }
    multiplyGates(walk, d, states, wide, dWeight);
    const sums = new Float64Array(wide);
    for (let i = 0; i < d.length; i++) sums[i % wide] += d[i];
    dBias.set(sums);
  },
};
