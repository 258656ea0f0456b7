import { workerSource } from "./worker-source.generated.js";

/** A running worker. */
export interface RunningWorker {
  end(): Promise<void>;
}

/** A worker of Node, as far as it is used here. */
interface NodeWorker {
  on(event: "message" | "error" | "exit", listener: (value: unknown) => void): void;
  postMessage(message: unknown): void;
  unref(): void;
  terminate(): Promise<number>;
}
type NodeWorkerClass = new (source: string, options: { eval: boolean; execArgv: string[]; name: string }) => NodeWorker;

interface NodeProcess {
  getBuiltinModule?(name: "node:worker_threads"): { readonly Worker: NodeWorkerClass };
  getBuiltinModule?(name: "node:os"): { availableParallelism(): number };
}

/** Node's own modules are asked for at run time, so that bundlers for browsers have nothing to resolve. */
export const node: Required<NodeProcess> | undefined = findNode(globalThis as Scope);

interface Scope {
  readonly process?: NodeProcess;
}
function findNode({ process }: Scope): Required<NodeProcess> | undefined {
  return process?.getBuiltinModule === undefined ? undefined : (process as Required<NodeProcess>);
}

/** Milliseconds that a worker may take until it is there. */
const patience = 20_000;

/** Starts a worker and hands it the message; resolves when it has instantiated the module. */
export async function startWorker(message: object, workerUrl: string | undefined): Promise<RunningWorker> {
  const start = node === undefined ? startInBrowser : startInNode;
  let worker: RunningWorker | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((ready, fail) => {
      worker = start(message, workerUrl, ready, fail);
      timer = setTimeout(() => fail(new Error(`no answer in ${patience / 1000} s`)), patience);
    });
    return worker!;
  } catch (error) {
    await worker?.end();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

type Start = (
  message: object,
  workerUrl: string | undefined,
  ready: () => void,
  fail: (reason: unknown) => void,
) => RunningWorker;

const startInNode: Start = (message, _, ready, fail) => {
  const { Worker } = node!.getBuiltinModule("node:worker_threads");
  // Flags of the program are not for this script: `--input-type=module` would make another kind of it.
  const worker = new Worker(workerSource, { eval: true, execArgv: [], name: "nn" });
  worker.on("message", () => {
    // The process may end while workers sleep.
    worker.unref();
    ready();
  });
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("it ended")));
  worker.postMessage(message);
  return {
    end: async () => {
      await worker.terminate();
    },
  };
};

const startInBrowser: Start = (message, workerUrl, ready, fail) => {
  const url = workerUrl ?? URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  const release = () => {
    if (workerUrl === undefined) URL.revokeObjectURL(url);
  };
  // A served file may have been made a module.
  const worker = new Worker(url, workerUrl === undefined ? { name: "nn" } : { name: "nn", type: "module" });
  worker.onmessage = () => {
    release();
    ready();
  };
  worker.onerror = (event) => {
    release();
    fail(new Error(event.message || "its script did not load"));
  };
  worker.postMessage(message);
  return { end: async () => worker.terminate() };
};
