import { type FusedKernels, sizeOf } from "@nn/backend";
import { exponentials } from "./functions.js";
import { type Device, params, reads, writes } from "./launch.js";
import { launchRows } from "./rows.js";

/** `top` and `sum` of a row that `at(k)` reads. Uses `exponentials`. A NaN that `max` drops comes back by the sum. */
export const softmaxSum = (at: (k: string) => string): string => `var top = ${at("0u")};
  for (var k = lane; k < params.length; k += lanes) { top = max(top, ${at("k")}); }
  top = largest(top, lane);
  var sum = 0.0;
  for (var k = lane; k < params.length; k += lanes) { sum += exponential(${at("k")} - top); }
  sum = total(sum, lane);`;

const results = {
  softmax: "exponential(x[start + k * params.inner] - top) / sum",
  logSoftmax: "x[start + k * params.inner] - top - logarithm(sum)",
};

function along(device: Device, name: keyof typeof results): FusedKernels["softmax"] {
  return {
    dense: true,
    run({ inputs: [x], outputs: [y], attrs: { axis } }) {
      const length = x.shape[axis];
      launchRows(device, {
        key: name,
        rows: sizeOf(x.shape) / length,
        length,
        params: [sizeOf(x.shape.slice(axis + 1))],
        buffers: [x.buffer, y.buffer],
        text: () => ({
          params: params("u32", "inner"),
          buffers: [...reads("x"), ...writes("y")],
          functions: exponentials,
          body: `let start = row / params.inner * params.length * params.inner + row % params.inner;
  ${softmaxSum((k) => `x[start + ${k} * params.inner]`)}
  for (var k = lane; k < params.length; k += lanes) { y[start + k * params.inner] = ${results[name]}; }`,
        }),
      });
    },
  };
}

export const softmax = (device: Device): FusedKernels["softmax"] => along(device, "softmax");
export const logSoftmax = (device: Device): FusedKernels["logSoftmax"] => along(device, "logSoftmax");
