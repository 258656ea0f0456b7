import { BackendError } from "@nn/backend";
import type { WasmExports } from "../exports.js";
import { type RunningWorker, startWorker } from "./start-worker.js";

/** How a pool waits. Tests wait less, and use the clock to step in. */
export interface PoolSettings {
  /** Polls of a worker between two jobs before it sleeps: about the time between two kernels of a training step. */
  readonly spin: number;
  /** Milliseconds that the caller waits for a worker of which nothing is seen, on top of what its own part took. */
  readonly patience: number;
  now(): number;
}

const defaults: PoolSettings = { spin: 20_000, patience: 10_000, now: () => performance.now() };

/** The workers of one backend, and what became of them. */
export class Pool {
  workers: readonly RunningWorker[] = [];
  /** Set once a worker has died inside a kernel: what the memory holds can no longer be trusted. */
  failure: BackendError | undefined;

  constructor(private readonly settings: PoolSettings = defaults) {}

  /** Workers and the calling thread. */
  get threads(): number {
    return this.workers.length + 1;
  }

  /** What the module asks of its host. */
  readonly imports = {
    now: (): number => this.settings.now(),
    lost: (thread: number): void => {
      this.failure ??= workerLost(thread);
      // One that is alive after all must not write any more.
      void this.end();
      throw this.failure;
    },
  };

  /** Starts workers over one module and its memory. Rejects, and leaves none behind, where one does not come up. */
  async start(
    count: number,
    {
      module,
      memory,
      exports,
      workerUrl,
    }: {
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      readonly exports: WasmExports;
      readonly workerUrl: string | undefined;
    },
  ): Promise<void> {
    const { spin, patience } = this.settings;
    const started = await Promise.allSettled(
      Array.from({ length: count }, (_, i) =>
        startWorker({ nn: "backend-wasm", module, memory, thread: i + 1, spin }, workerUrl),
      ),
    );
    this.workers = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const refused = started.find((result) => result.status === "rejected");
    if (refused !== undefined) {
      await this.end();
      throw refused.reason;
    }
    exports.setPool(count, Number(maySleep()), patience);
  }

  /** Throws where a worker was lost. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** Ends the workers. */
  async end(): Promise<void> {
    const { workers } = this;
    this.workers = [];
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

/** The main thread of a browser must not wait. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}

function workerLost(thread: number): BackendError {
  return new BackendError({
    where: "wasm",
    problem: thread > 0 ? `worker ${thread} died inside a kernel` : "an earlier kernel did not come to its end",
    rows: [["lost", "what the kernel was writing; the backend takes no more work"]],
    fix: "make a new backend with await wasm(), and load the last checkpoint",
  });
}
