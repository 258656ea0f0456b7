import type { Kernel } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { exp } from "../math.js";
import { largest, sumOfExponentials } from "./softmax-row.js";

/** log Σ exp(logits) − logit of the target, row by row; a target out of range gives NaN. */
export const softmaxCrossEntropy: Kernel<undefined> = {
  run({ inputs, outputs }) {
    const [logits, target] = inputs;
    const x = arrayOf(logits);
    const t = arrayOf(target);
    const z = arrayOf(outputs[0]);
    const [rows, classes] = logits.shape;
    const [row, step] = logits.strides;
    for (let i = 0; i < rows; i++) {
      const p = logits.offset + i * row;
      const top = largest(x, p, step, classes);
      const at = t[target.offset + i * target.strides[0]];
      const chosen = at >= 0 && at < classes ? x[p + at * step] : NaN;
      z[i] = top + Math.log(sumOfExponentials(x, p, step, classes, top)) - chosen;
    }
  },
};

/** (softmax − one-hot target) · g, row by row. */
export const softmaxCrossEntropyGrad: Kernel<undefined> = {
  run({ inputs, outputs }) {
    const [logits, target, gradient] = inputs;
    const x = arrayOf(logits);
    const t = arrayOf(target);
    const g = arrayOf(gradient);
    const z = arrayOf(outputs[0]);
    const [rows, classes] = logits.shape;
    const [row, step] = logits.strides;
    for (let i = 0, o = 0; i < rows; i++) {
      const p = logits.offset + i * row;
      const top = largest(x, p, step, classes);
      const scale = 1 / sumOfExponentials(x, p, step, classes, top);
      const at = t[target.offset + i * target.strides[0]];
      const weight = g[gradient.offset + i * gradient.strides[0]];
      // Subtracted before the store: the two are nearly equal for a confident row.
      for (let j = 0; j < classes; j++) z[o++] = (exp(x[p + j * step] - top) * scale - +(j === at)) * weight;
    }
  },
};
