import type { Kernel, RnnSequenceAttrs } from "@nn/backend";
import { relu, tanh } from "../math.js";
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

/** One product a step; h runs in the output for the last state. */
export const rnnSequence: Kernel<RnnSequenceAttrs> = {
  dense: true,
  run(io) {
    const { activation, reverse } = io.attrs;
    const walk = walkOf(io.outputs[0], io.inputs[3], reverse);
    const { n, t, h: size } = walk;
    const { inputs, outputs } = arraysOf(io);
    const [x, weight, h0] = inputs;
    const [y, h] = outputs;
    const z = like(x, n * size);
    h.set(h0);
    for (const k of steps(walk)) {
      multiplyStates(walk, h, weight, size, z);
      for (let row = 0; row < n; row++) {
        const at = (row * t + k) * size;
        if (!isInside(walk, row, k)) {
          y.fill(0, at, at + size);
          continue;
        }
        for (let j = 0; j < size; j++) {
          const sum = x[at + j] + z[row * size + j];
          y[at + j] = h[row * size + j] = activation === "tanh" ? tanh(sum) : relu(sum);
        }
      }
    }
  },
};

/** Step by step the gradients of the states, then that of the weight as one product; dh runs in its output. */
export const rnnSequenceGrad: Kernel<RnnSequenceAttrs> = {
  dense: true,
  run(io) {
    const { activation, reverse } = io.attrs;
    const walk = walkOf(io.inputs[2], io.inputs[5], reverse);
    const { n, t, h: size } = walk;
    const { inputs, outputs } = arraysOf(io);
    const [weight, h0, output, gOutput, gState] = inputs;
    const [dx, dWeight, dh] = outputs;
    dh.set(gState);
    dx.fill(0);
    for (const k of steps(walk, true)) {
      for (let row = 0; row < n; row++) {
        if (!isInside(walk, row, k)) continue;
        const at = (row * t + k) * size;
        for (let j = 0; j < size; j++) {
          const y = output[at + j];
          const total = dh[row * size + j] + gOutput[at + j];
          dx[at + j] = activation === "tanh" ? total * (1 - y * y) : y > 0 ? total : 0;
          dh[row * size + j] = 0;
        }
      }
      multiplyBack(walk, dx, k, weight, size, dh);
    }
    multiplyGates(walk, dx, statesBefore(walk, output, h0), size, dWeight);
  },
};
