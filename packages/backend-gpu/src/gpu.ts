import { type Backend, BackendError, isNNError } from "@nn/backend";
import { backendOver } from "./backend-over.js";
import type { Engine, EngineName } from "./engine.js";

/** Of `gpu`. */
export interface GpuOptions {
  /** The one engine to take; without it: `webgpu`, else `webgl2` in browsers and `headlessgl` in Node. */
  readonly prefer?: EngineName;
  /**
   * A GPUDevice of your own to run on, for `webgpu`: for sharing it with a renderer. It is not destroyed by `dispose`.
   * In Node, hold what `create([])` of npm's `webgpu` gave as long as the device is used, or the process crashes.
   */
  readonly device?: object;
  /** Which GPU to ask for where there are two, for `webgpu`. Default: the fast one. */
  readonly powerPreference?: "high-performance" | "low-power";
}

/**
 * The GPU backend: f32, i32 and bool (kept in f32, exact to 2**24). `capabilities.adapter` tells which engine runs on
 * which device. Without `prefer` the first engine that works is taken; with it that one or none.
 *
 * @throws BackendError where no engine works; it says for each what is missing and what to install or try
 *
 * @example
 * ```ts
 * import { gpu } from "@nn/backend-gpu";
 * import { isNNError } from "@nn/backend";
 *
 * const backend = await gpu().catch((error) => error);
 * isNNError(backend) || backend.capabilities.adapter.length > 0; // => true
 * ```
 */
export async function gpu(options: GpuOptions = {}): Promise<Backend> {
  const { prefer, device } = options;
  if (prefer !== undefined) return backendOver(await open(prefer, options));
  const failures: unknown[] = [];
  const gl: EngineName = "document" in globalThis || "WorkerGlobalScope" in globalThis ? "webgl2" : "headlessgl";
  for (const name of device === undefined ? (["webgpu", gl] as const) : (["webgpu"] as const)) {
    try {
      return backendOver(await open(name, options));
    } catch (error) {
      if (!isNNError(error)) throw error;
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  throw new BackendError({
    where: "gpu",
    problem: "no engine works here",
    rows: failures.filter(isNNError).map((error) => [error.where, error.problem]),
    fix: failures
      .filter(isNNError)
      .map((error) => error.fix)
      .join("; or "),
    cause: failures[0],
  });
}

/** Each engine is a module of its own, so that nobody loads two. */
async function open(name: EngineName, options: GpuOptions): Promise<Engine> {
  if (name === "webgpu") return (await import("./webgpu/open-webgpu.js")).openWebGPU(options);
  return (await import("./gl/open-gl.js")).openGL(name, options);
}
