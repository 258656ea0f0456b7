import { fusedCpu } from "@nn/backend-cpu/fused";
import type { Backend } from "@nn/tensor";
import type { BackendName } from "./settings.js";

/** Makes the backend that `--backend` names. */
export function makeBackend(name: BackendName): Backend {
  switch (name) {
    case "cpu":
      return fusedCpu();
  }
}
