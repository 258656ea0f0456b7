import { bootstrapSource } from "./bootstrap.generated.js";
import type { WorkerMessage } from "./serve-decode.js";

/** A worker of Node or of a browser, as far as it is used here. */
export interface PoolWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): unknown;
  /** Node's only: whether the process waits for it. */
  ref?(): void;
  unref?(): void;
}

/** What a worker tells, in one form. */
export interface WorkerEvents {
  message(message: WorkerMessage): void;
  /** It answers no more. */
  death(reason: unknown): void;
}

interface NodeWorker extends PoolWorker {
  on(event: "message" | "error" | "exit", listener: (value: unknown) => void): unknown;
}
interface BrowserWorker extends PoolWorker {
  addEventListener(event: string, listener: (event: unknown) => void): unknown;
}
/** A worker of any kind, as `new Worker(…)` gives it. */
export type WorkerLike = PoolWorker & (Pick<NodeWorker, "on"> | Pick<BrowserWorker, "addEventListener">);

type NodeWorkerClass = new (source: string, options: { eval: boolean; name: string; execArgv: string[] }) => NodeWorker;
interface Scope {
  readonly process?: {
    readonly execArgv: string[];
    /** Node's own modules are asked for at run time, so that bundlers for browsers have nothing to resolve. */
    getBuiltinModule?(name: "node:worker_threads"): { readonly Worker: NodeWorkerClass };
  };
}

/** A worker that waits for the address of its module. */
export function startWorker(): WorkerLike {
  const { process } = globalThis as Scope;
  const threads = process?.getBuiltinModule?.("node:worker_threads");
  if (threads !== undefined) {
    // Loaders of the program also serve its modules; what tells how to read its own text does not.
    const execArgv = process!.execArgv.filter((flag) => !/^(--input-type|--eval|--print|-[ep]+)\b/.test(flag));
    return new threads.Worker(bootstrapSource, { eval: true, name: "nn-data", execArgv });
  }
  const url = URL.createObjectURL(new Blob([bootstrapSource], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module", name: "nn-data" });
  // Once it has said something it has read its script.
  worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
  return worker;
}

/** Hears what a worker tells. */
export function hear(worker: WorkerLike, events: WorkerEvents): void {
  if ("on" in worker) {
    worker.on("message", (message) => events.message(message as WorkerMessage));
    worker.on("error", (error) => events.death(error));
    worker.on("exit", (code) => events.death(new Error(`it ended with exit code ${String(code)}`)));
    return;
  }
  worker.addEventListener("message", (event) => events.message((event as MessageEvent<WorkerMessage>).data));
  worker.addEventListener("messageerror", () => events.death(new Error("a message could not be read")));
  worker.addEventListener("error", (event) =>
    events.death(new Error((event as Partial<ErrorEvent>).message || "its script did not load")),
  );
}
