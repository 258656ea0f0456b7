import { pack } from "./pack.js";

/** What the pool sends: a module to load once, and then jobs. */
export type PoolMessage = { readonly module: string } | { readonly job: number; readonly value: unknown };

/** What the worker answers. */
export type WorkerMessage =
  | { readonly job: number; readonly result: unknown }
  | { readonly job: number; readonly stage: "load" | "decode"; readonly message: string; readonly stack?: string };

/** What a worker does with each value. */
export type Decode = (value: never) => unknown;

interface Port {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  on?(event: "message", listener: (message: PoolMessage) => void): void;
  addEventListener?(event: "message", listener: (event: { data: PoolMessage }) => void): void;
}
interface Scope extends Port {
  readonly process?: { getBuiltinModule?(name: string): { readonly parentPort: Port | null } };
}

/**
 * Makes this worker serve a `WorkerPool` that was given a function: the worker's script is then one that a bundler
 * made, and calls this at its start.
 *
 * @example
 * ```ts no-run: it is a worker's script
 * // decode.worker.ts; the page has
 * // new WorkerPool(() => new Worker(new URL("./decode.worker.ts", import.meta.url), { type: "module" }))
 * import { serveDecode } from "@nn/data";
 * import { decodeImage } from "@nn/data/images";
 *
 * serveDecode((bytes: Uint8Array) => decodeImage(bytes));
 * ```
 */
export function serveDecode(decode: Decode): void {
  listen(async () => decode);
}

/** Answers jobs with what the loaded function gives; a module named by a message replaces it. */
export function listen(load: (() => Promise<Decode>) | undefined): void {
  const scope = globalThis as Scope;
  const port = scope.process?.getBuiltinModule?.("node:worker_threads").parentPort ?? scope;
  let decode = load?.();
  const receive = async (message: PoolMessage) => {
    if ("module" in message) {
      decode ??= loadModule(message.module);
      // Each job reports it.
      decode.catch(() => {});
      return;
    }
    const { job, value } = message;
    let stage: "load" | "decode" = "load";
    try {
      const fn = await decode!;
      stage = "decode";
      const { value: result, transfer } = pack(await fn(value as never), true);
      port.postMessage({ job, result } satisfies WorkerMessage, transfer);
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
      port.postMessage({ job, stage, message, stack } satisfies WorkerMessage, []);
    }
  };
  if (port.on !== undefined) port.on("message", (message) => void receive(message));
  else port.addEventListener?.("message", ({ data }) => void receive(data));
}

async function loadModule(url: string): Promise<Decode> {
  const module = (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)) as { readonly decode?: unknown };
  if (typeof module.decode === "function") return module.decode as Decode;
  throw new Error(`it exports no function "decode", but ${Object.keys(module).join(", ") || "nothing"}`);
}
