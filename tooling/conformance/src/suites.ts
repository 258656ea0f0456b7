import type { Backend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import { wasm } from "@nn/backend-wasm";
import { cases as conv } from "@nn/conv/cases";
import { cases as layers } from "@nn/layers/cases";
import { cases as optim } from "@nn/optim/cases";
import { cases as recurrent } from "@nn/recurrent/cases";
import { cases as tensor } from "@nn/tensor/cases";

/** The cases of all packages, by package. */
export const suitesByPackage = { tensor, layers, conv, recurrent, optim };

/** The cases of all packages: what every backend of the project must pass. */
export const suites = Object.values(suitesByPackage);

/** The columns of the support matrix. */
export const backends: Readonly<Record<string, () => Backend | Promise<Backend>>> = {
  "cpu()": cpu,
  "fusedCpu()": fusedCpu,
  "wasm()": wasm,
};
