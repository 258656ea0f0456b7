import { type Backend, BackendError, rootBackend } from "@nn/backend";
import type { Engine } from "./engine.js";

const engines = new WeakMap<Backend, Engine>();

/** Notes what a backend runs on. */
export function remember(backend: Backend, engine: Engine): Backend {
  engines.set(backend, engine);
  return backend;
}

/**
 * The engine of a backend that `gpu()` made, or of one extended from it: what a kernel from outside runs its texts on.
 *
 * @throws BackendError when the backend is another one.
 *
 * @example
 * ```ts
 * import { cpu } from "@nn/backend-cpu";
 * import { engineOf } from "@nn/backend-gpu";
 *
 * let message = "";
 * try {
 *   engineOf(cpu());
 * } catch (error) {
 *   message = String(error);
 * }
 * message.split("\n")[0]; // => 'BackendError: [engineOf] the backend "cpu" is not one of gpu()'
 * ```
 */
export function engineOf(backend: Backend): Engine {
  const engine = engines.get(rootBackend(backend));
  if (engine !== undefined) return engine;
  throw new BackendError({
    where: "engineOf",
    problem: `the backend "${backend.name}" is not one of gpu()`,
    fix: "pass what await gpu() gave, or extend(…) of it",
  });
}
