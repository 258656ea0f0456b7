import type { Backend } from "@nn/backend";
import { BackendError, contractVersion, rootBackend, UnsupportedError } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import type { Recorder } from "../autograd/recorder.js";
import type { Generator } from "../random/generator.js";
import type { Inspector } from "./inspector.js";
import type { Tensor } from "./tensor.js";

/** Everything ambient. One object for the whole program, also when two copies of this package are loaded. */
export interface Runtime {
  readonly package: string;
  backend: Backend | null;
  /** Tensors made since the innermost scope was opened; null outside of scopes. */
  scope: Tensor[] | null;
  /** Where ops are recorded; null outside of `valueAndGrad` and inside `noGrad`. */
  recorder: Recorder | null;
  /** The layer for which composed forms and gradient rules run, for errors and profiles. */
  owner: object | undefined;
  /** Profilers and NaN checks that look at every kernel call. */
  inspectors: Inspector[] | null;
  /** Awaits NaN checks on backends that cannot read at once. */
  settleChecks: (() => Promise<void>) | null;
  generator: Generator | null;
  /** 0-dimensional constants made of JavaScript numbers, by backend. */
  readonly constants: WeakMap<Backend, Map<string, Tensor>>;
  /** Bytes of tensors that left every scope since `data()` last gave the event loop a turn. */
  escapedBytes: number;
}

const runtimeVersion = "1";
const slot = Symbol.for(`nn.runtime.${runtimeVersion}`);
const anySlot = Symbol.for("nn.runtime");

type Global = { [slot]?: Runtime; [anySlot]?: string };

function open(): Runtime {
  const global = globalThis as Global;
  const present = global[anySlot];
  if (present !== undefined && present !== runtimeVersion) {
    throw new UnsupportedError({
      where: "@nn/tensor",
      problem: "two incompatible copies of @nn/tensor are loaded",
      rows: [
        ["loaded", `runtime version ${present}`],
        ["this one", `runtime version ${runtimeVersion}`],
      ],
      fix: "make your package manager install one version (npm ls @nn/tensor shows who asks for which)",
    });
  }
  global[anySlot] = runtimeVersion;
  global[slot] ??= {
    package: "@nn/tensor",
    backend: null,
    scope: null,
    recorder: null,
    owner: undefined,
    inspectors: null,
    settleChecks: null,
    generator: null,
    constants: new WeakMap(),
    escapedBytes: 0,
  };
  return global[slot];
}

/** The runtime of this program. */
export const runtime: Runtime = /* @__PURE__ */ open();

/**
 * The backend that new tensors are made on. The plain CPU backend until `setBackend` is called.
 *
 * @example
 * ```ts
 * import { getBackend } from "@nn/tensor";
 *
 * getBackend().name; // => "cpu"
 * ```
 */
export function getBackend(): Backend {
  runtime.backend ??= cpu();
  return runtime.backend;
}

/**
 * Makes `backend` the default for new tensors. Existing tensors stay where they are: move models and optimizers with
 * `moveTo`.
 *
 * @throws BackendError when the backend was made for another version of the contract.
 *
 * @example
 * ```ts
 * import { setBackend } from "@nn/tensor";
 * import { fusedCpu } from "@nn/backend-cpu/fused";
 *
 * setBackend(fusedCpu());
 * ```
 */
export function setBackend(backend: Backend): void {
  checkContract(backend);
  runtime.backend = backend;
}

/**
 * Runs `fn` with another default backend and restores the old one, also when `fn` throws.
 *
 * @throws BackendError when `fn` returns a promise: the default would be restored before the promise is done.
 *
 * @example
 * ```ts
 * import { withBackend, zeros } from "@nn/tensor";
 * import { cpu } from "@nn/backend-cpu";
 *
 * const x = withBackend(cpu(), () => zeros([2, 3]));
 * ```
 */
export function withBackend<T>(backend: Backend, fn: () => T): T {
  checkContract(backend);
  const previous = runtime.backend;
  runtime.backend = backend;
  try {
    const result = fn();
    refusePromise(result, "withBackend", "call setBackend before and after the asynchronous work");
    return result;
  } finally {
    runtime.backend = previous;
  }
}

/** True when both backends share buffers. */
export function sameBackend(a: Backend, b: Backend): boolean {
  return a === b || rootBackend(a) === rootBackend(b);
}

/** Throws when a function that must be synchronous returned a promise. */
export function refusePromise(result: unknown, where: string, fix: string): void {
  if (typeof result !== "object" || result === null || !("then" in result)) return;
  if (typeof result.then !== "function") return;
  throw new BackendError({ where, problem: "the function returned a promise, and must be synchronous", fix });
}

function checkContract(backend: Backend): void {
  if (backend.spec === contractVersion) return;
  throw new BackendError({
    where: "setBackend",
    problem: "the backend was made for another version of the contract",
    rows: [
      ["expected", `spec ${contractVersion}`],
      ["got", `spec ${String(backend.spec)} (${String(backend.name)})`],
    ],
    fix: "install versions of the backend and of @nn/tensor that belong together",
  });
}
