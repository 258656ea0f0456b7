import type { FusedKernels } from "@nn/backend";
import { exponentials } from "./functions.js";
import { type Device, params, reads, writes } from "./launch.js";
import { launchRows } from "./rows.js";
import { softmaxSum } from "./softmax.js";

const rowSum = `let start = row * params.length;
  ${softmaxSum((k) => `x[start + ${k}]`)}
  let at = i32(target_[row]);`;

/** log Σ exp(logits) − logit of the target, row by row; a target out of range gives NaN. */
export function softmaxCrossEntropy(device: Device): FusedKernels["softmaxCrossEntropy"] {
  return {
    dense: true,
    run({ inputs: [x, target], outputs: [y] }) {
      launchRows(device, {
        key: "softmaxCrossEntropy",
        rows: x.shape[0],
        length: x.shape[1],
        // WGSL has no literal for it.
        params: [Number.NaN],
        buffers: [x.buffer, target.buffer, y.buffer],
        text: () => ({
          params: params("f32", "nan"),
          buffers: [...reads("x", "target_"), ...writes("y")],
          functions: exponentials,
          body: `${rowSum}
  if (lane == 0u) {
    if (at >= 0 && at < i32(params.length)) { y[row] = top - x[start + u32(at)] + logarithm(sum); } else { y[row] = params.nan; }
  }`,
        }),
      });
    },
  };
}

/** (softmax − one-hot target) · g, row by row. */
export function softmaxCrossEntropyGrad(device: Device): FusedKernels["softmaxCrossEntropyGrad"] {
  return {
    dense: true,
    run({ inputs: [x, target, g], outputs: [dx] }) {
      launchRows(device, {
        key: "softmaxCrossEntropyGrad",
        rows: x.shape[0],
        length: x.shape[1],
        params: [],
        buffers: [x.buffer, target.buffer, g.buffer, dx.buffer],
        text: () => ({
          params: [],
          buffers: [...reads("x", "target_", "g"), ...writes("dx")],
          functions: exponentials,
          body: `${rowSum}
  for (var k = lane; k < params.length; k += lanes) {
    dx[start + k] = (exponential(x[start + k] - top) / sum - select(0.0, 1.0, i32(k) == at)) * g[row];
  }`,
        }),
      });
    },
  };
}
