import type { AdamAttrs, FusedKernels } from "@nn/backend";
import { type Device, params } from "./launch.js";
import { moveAll } from "./steps.js";

const step = (amsgrad: boolean) => ({
  key: `adamStep${amsgrad ? ".amsgrad" : ""}`,
  params: params("f32", "beta1", "rest1", "beta2", "rest2", "rate", "root", "eps", "penalty", "shrink"),
  moved: ["p", "m", "v", ...(amsgrad ? ["top"] : [])],
  body: `let gradient = g[i] + params.penalty * p[i];
  let first = params.beta1 * m[i] + params.rest1 * gradient;
  ${amsgrad ? "var" : "let"} second = params.beta2 * v[i] + params.rest2 * gradient * gradient;
  m[i] = first;
  v[i] = second;
  ${amsgrad ? "second = max(top[i], second); top[i] = second;" : ""}
  p[i] = p[i] * params.shrink - params.rate * first / (sqrt(second) * params.root + params.eps);`,
});

/** What does not depend on the elements, in f64 before it is rounded. */
function numbers([lr, beta1, beta2, eps, decay, count]: readonly number[], { decoupled }: AdamAttrs): number[] {
  const rate = lr / (1 - beta1 ** count);
  const root = 1 / Math.sqrt(1 - beta2 ** count);
  const [penalty, shrink] = decoupled ? [0, 1 - lr * decay] : [decay, 1];
  return [beta1, 1 - beta1, beta2, 1 - beta2, rate, root, eps, penalty, shrink];
}

/** PyTorch's Adam and AdamW. `group` speaks of the case without AMSGrad; the op tells the dispatcher of the other. */
export function adamStep(device: Device): FusedKernels["adamStep"] {
  return {
    dense: true,
    group: { inputs: 4, outputs: 3 },
    inPlace: [
      [0, 0],
      [2, 1],
      [3, 2],
      [4, 3],
    ],
    run: ({ inputs, outputs, attrs, scalars }) =>
      moveAll(device, step(attrs.amsgrad), inputs, outputs, numbers(scalars, attrs)),
  };
}
