import { fusedCpu } from "@nn/backend-cpu/fused";
import { gpu } from "@nn/backend-gpu";
import { wasm } from "@nn/backend-wasm";
import type { Backend } from "@nn/tensor";
import { pickBackend, smallStep, type Trial } from "./pick-backend.js";
import { UsageError } from "./usage-error.js";

/** What computes. */
export const engineNames = ["wasm", "cpu", "gpu"] as const;

/** What `--backend` takes; `auto` is the engine that is fastest here. */
export const backendNames = [...engineNames, "auto"] as const;

export type BackendName = (typeof backendNames)[number];

/** How many threads to compute with; results do not depend on it. */
export type Threads = number | "auto";

/**
 * Makes the backend that `--backend` names. For `auto` each one that works here runs the trial, and a line says which
 * was taken and why.
 *
 * @param trial a training step of the app, to measure with. Default: two matrix products with their gradients
 * @throws UsageError when it cannot use as many threads, BackendError where there is no GPU.
 */
export async function makeBackend(
  name: BackendName,
  threads: Threads | undefined,
  trial: Trial = smallStep,
): Promise<Backend> {
  const single = threads !== undefined && threads !== "auto" && threads !== 1;
  if (single && (name === "cpu" || name === "gpu")) {
    const what = name === "cpu" ? "computes in one thread" : "has no threads to count";
    throw new UsageError(`--threads ${threads}: the backend "${name}" ${what}. Use --backend wasm.`);
  }
  switch (name) {
    case "cpu":
      return fusedCpu();
    case "gpu":
      return gpu();
    case "wasm":
      return wasm({ threads: threads ?? "auto" });
    case "auto":
      return pickBackend(
        engineNames.map((engine) => [engine, () => makeBackend(engine, engine === "wasm" ? threads : undefined)]),
        trial,
      );
  }
}

/** The name that asks for a backend again: what `auto` came to. */
export function engineNameOf({ name }: Backend): (typeof engineNames)[number] {
  return engineNames.find((engine) => engine === name) ?? "gpu";
}
