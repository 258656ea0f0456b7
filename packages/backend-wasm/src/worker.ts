// What a worker runs. It imports nothing, so that it can be served as it is, and also stands as text in
// threads/worker-source.generated.ts. It waits for its message before it does anything, for the module may as well be
// loaded where it has no work to do.

/** What a worker is given. */
interface Start {
  readonly nn: "backend-wasm";
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  /** Polls between two jobs before it sleeps. */
  readonly spin: number;
}

/** A function that was made for a program: see programs.ts. */
type Run = (from: number, to: number, tensors: number, vectors: number, own: number) => void;

interface Port {
  postMessage(message: unknown): void;
}
interface NodePort extends Port {
  on(event: "message", listener: (message: unknown) => void): void;
}
interface NodeProcess {
  getBuiltinModule?(name: string): { readonly parentPort: NodePort | null };
}

function isStart(message: unknown): message is Start {
  return typeof message === "object" && message !== null && (message as Partial<Start>).nn === "backend-wasm";
}

function serve(port: Port, message: unknown): void {
  if (!isStart(message)) return;
  const { module, memory, thread, spin } = message;
  const now = () => performance.now();

  // Its own instances of the functions, made when they are first called for; null where the host refuses.
  const made: (Run | null)[] = [];
  const make = (address: number, length: number): Run | null => {
    try {
      // Elsewhere the memory may have grown since; and no module is made of bytes that are shared.
      memory.grow(0);
      const bytes = new Uint8Array(memory.buffer, address >>> 0, length).slice();
      const host = { memory, ...exports };
      return new WebAssembly.Instance(new WebAssembly.Module(bytes), { host }).exports.run as Run;
    } catch {
      return null;
    }
  };
  function program(id: number, address: number, length: number, ...values: Parameters<Run>): number {
    if (made[id] === undefined) made[id] = make(address, length);
    made[id]?.(...values);
    return Number(made[id] !== null);
  }

  const { exports } = new WebAssembly.Instance(module, { env: { memory, now, lost() {}, program } });
  const call = exports as Record<string, (...values: number[]) => number>;
  port.postMessage("ready");
  try {
    call.workerLoop(thread, spin);
  } catch (error) {
    // The caller waits inside the module: tell it there.
    const words = new Int32Array(memory.buffer);
    Atomics.store(words, call.failedAddress() / 4, 1);
    Atomics.notify(words, call.insideAddress() / 4);
    throw error;
  }
}

const scope = globalThis as { readonly process?: NodeProcess; readonly WorkerGlobalScope?: unknown };
const nodePort = scope.process?.getBuiltinModule?.("node:worker_threads").parentPort;
if (nodePort) nodePort.on("message", (message) => serve(nodePort, message));
else if (scope.WorkerGlobalScope) self.onmessage = ({ data }) => serve(self, data);
