import type { FusedKernels } from "@nn/backend";
import { type Device, params } from "./launch.js";
import { moveAll } from "./steps.js";

const numbers = params("f32", "lr", "momentum", "dampening", "decay", "first");

const plain = {
  key: "sgdStep",
  params: numbers,
  moved: ["p"],
  body: "p[i] -= params.lr * (g[i] + params.decay * p[i]);",
};

const withMomentum = (nesterov: boolean) => ({
  key: `sgdStep.${nesterov ? "nesterov" : "momentum"}`,
  params: numbers,
  moved: ["p", "velocity"],
  // In the first step the velocity becomes the gradient, whatever it held.
  body: `let gradient = g[i] + params.decay * p[i];
  var v = gradient;
  if (params.first != 1.0) { v = params.momentum * velocity[i] + (1.0 - params.dampening) * gradient; }
  velocity[i] = v;
  p[i] -= params.lr * ${nesterov ? "(gradient + params.momentum * v)" : "v"};`,
});

/** PyTorch's SGD. Without momentum, groups are `[p, g]` → `[p]`; `group` speaks of the case with it. */
export function sgdStep(device: Device): FusedKernels["sgdStep"] {
  return {
    dense: true,
    group: { inputs: 3, outputs: 2 },
    inPlace: [
      [0, 0],
      [2, 1],
    ],
    run({ inputs, outputs, attrs: { nesterov, hasMomentum }, scalars }) {
      moveAll(device, hasMomentum ? withMomentum(nesterov) : plain, inputs, outputs, scalars);
    },
  };
}
