import { fusedCpu } from "@nn/backend-cpu/fused";
import { wasm } from "@nn/backend-wasm";
import type { Backend } from "@nn/tensor";
import { UsageError } from "./usage-error.js";

/** What `--backend` takes. */
export const backendNames = ["wasm", "cpu"] as const;

export type BackendName = (typeof backendNames)[number];

/** How many threads to compute with; results do not depend on it. */
export type Threads = number | "auto";

/**
 * Makes the backend that `--backend` names.
 *
 * @throws UsageError when it cannot use as many threads.
 */
export async function makeBackend(name: BackendName, threads: Threads | undefined): Promise<Backend> {
  switch (name) {
    case "cpu":
      if (threads !== undefined && threads !== "auto" && threads !== 1) {
        throw new UsageError(`--threads ${threads}: the backend "cpu" computes in one thread. Use --backend wasm.`);
      }
      return fusedCpu();
    case "wasm":
      return wasm({ threads: threads ?? "auto" });
  }
}
