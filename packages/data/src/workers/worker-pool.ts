import { DataError } from "@nn/tensor";
import { checkCount } from "../sampling/checks.js";
import { pack } from "./pack.js";
import type { WorkerMessage } from "./serve-decode.js";
import { hear, startWorker, type WorkerLike } from "./start-worker.js";

/** How a pool works. */
export interface WorkerPoolOptions {
  /** Workers at most; they start when they are needed. Default: one less than the processors, at least 1, at most 8. */
  readonly workers?: number;
}

interface Job {
  readonly id: number;
  readonly value: unknown;
  readonly index: number | undefined;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}
interface Place {
  readonly worker: WorkerLike;
  job: Job | undefined;
}

/**
 * Workers (Node's worker_threads, a browser's Workers) that decode samples beside the program, as the `num_workers` of
 * PyTorch's loader do. Each loads the module and calls its export `decode(value)`, which may be asynchronous. Values
 * are copied to the worker; arrays in what it returns are handed over, so it must not use them again.
 *
 * With `mapDataset(files, pool.run)` and a loader's `prefetch` several are at work at once. Idle workers do not keep
 * Node alive.
 *
 * For bundlers, and pages whose content security policy forbids blobs, pass a function that starts a worker whose
 * script calls `serveDecode`.
 *
 * @throws DataError from `run`, when the module cannot be loaded, `decode` throws, or the worker dies.
 *
 * @example
 * ```ts
 * import { DataLoader, mapDataset, TensorDataset, WorkerPool } from "@nn/data";
 *
 * // Your own: new URL("./decode.js", import.meta.url).
 * const module = new URL("data:text/javascript,export const decode = ({ x }) => ({ x: x.data.map((v) => v * 10) })");
 * const pool = new WorkerPool<unknown, { x: Float32Array }>(module, { workers: 1 });
 * const files = new TensorDataset({ x: { data: new Float32Array([1, 2, 3]), shape: [3, 1] } });
 * const seen: number[] = [];
 * for await (const { x } of new DataLoader(mapDataset(files, pool.run), { batchSize: 2 })) seen.push(...x.dataSync());
 * seen; // => [10, 20, 30]
 * await pool.close();
 * ```
 */
export class WorkerPool<A, R> {
  readonly #module: string | undefined;
  readonly #start: () => WorkerLike;
  readonly #most: number;
  readonly #places: Place[] = [];
  readonly #waiting: Job[] = [];
  #jobs = 0;
  #closed = false;

  constructor(module: { readonly href: string } | string | (() => WorkerLike), options: WorkerPoolOptions = {}) {
    this.#module = typeof module === "function" ? undefined : absolute(module);
    this.#start = typeof module === "function" ? module : startWorker;
    this.#most = options.workers ?? defaultWorkers();
    checkCount("WorkerPool", "workers", this.#most);
  }

  /** Has a worker decode a value. The index, if given, is named in errors: `mapDataset(files, pool.run)`. */
  readonly run = (value: A, index?: number): Promise<R> =>
    new Promise<R>((resolve, reject) => {
      if (this.#closed) return reject(closedError());
      const done = (result: unknown) => resolve(result as R);
      this.#waiting.push({ id: this.#jobs++, value, index, resolve: done, reject });
      this.#next();
    });

  /** Ends the workers; what they have not answered is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const places = this.#places.splice(0);
    for (const job of [...places.flatMap(({ job }) => job ?? []), ...this.#waiting.splice(0)])
      job.reject(closedError());
    await Promise.all(places.map(({ worker }) => worker.terminate()));
  }

  /** `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Gives the jobs that wait to idle workers, and starts workers while there is room. */
  #next(): void {
    while (this.#waiting.length > 0) {
      const idle = this.#places.find(({ job }) => job === undefined);
      if (idle === undefined && this.#places.length >= this.#most) return;
      const job = this.#waiting.shift()!;
      try {
        this.#give(idle ?? this.#open(), job);
      } catch (cause) {
        job.reject(
          this.#error("a value cannot be sent to a worker", job, cause, "pass plain objects and typed arrays"),
        );
      }
    }
  }

  #open(): Place {
    const place: Place = { worker: this.#start(), job: undefined };
    hear(place.worker, {
      message: (message) => this.#answer(place, message),
      death: (reason) => this.#bury(place, reason),
    });
    if (this.#module !== undefined) place.worker.postMessage({ module: this.#module }, []);
    this.#places.push(place);
    return place;
  }

  #give(place: Place, job: Job): void {
    const { value, transfer } = pack(job.value, false);
    place.worker.postMessage({ job: job.id, value }, transfer);
    place.worker.ref?.();
    place.job = job;
  }

  #answer(place: Place, message: WorkerMessage): void {
    const { job } = place;
    if (job === undefined || message.job !== job.id) return;
    place.job = undefined;
    place.worker.unref?.();
    if ("result" in message) job.resolve(message.result);
    else {
      const cause = new Error(message.message);
      if (message.stack !== undefined) cause.stack = message.stack;
      const [problem, fix] =
        message.stage === "load"
          ? ["the worker's module cannot be loaded", "pass the URL of a module that exports a function decode(value)"]
          : ["decode failed in a worker", "mend the sample, or catch the error in decode"];
      job.reject(this.#error(problem, job, cause, fix));
    }
    this.#next();
  }

  #bury(place: Place, reason: unknown): void {
    const at = this.#places.indexOf(place);
    if (at === -1) return;
    this.#places.splice(at, 1);
    // A browser's worker goes on after an error that it did not catch.
    place.worker.terminate();
    const fix =
      "look for process.exit, a lack of memory, or an error outside decode in the module; the next gets a new one";
    place.job?.reject(this.#error("a worker died while it decoded", place.job, reason, fix));
    this.#next();
  }

  #error(problem: string, { index }: Job, cause: unknown, fix: string): DataError {
    return new DataError({
      where: "WorkerPool",
      problem,
      rows: [
        ["module", this.#module?.slice(0, 200) ?? "the script of a worker of your own"],
        ...(index === undefined ? [] : [["sample", String(index)] as const]),
        ["reason", cause instanceof Error ? cause.message : String(cause)],
      ],
      fix,
      cause,
    });
  }
}

/** Workers resolve nothing against the program's own address. */
function absolute(module: { readonly href: string } | string): string {
  const address = typeof module === "string" ? module : module.href;
  try {
    return new URL(address, (globalThis as { readonly location?: { readonly href: string } }).location?.href).href;
  } catch (cause) {
    throw new DataError({
      where: "WorkerPool",
      problem: "the module's address is not absolute",
      rows: [["got", address]],
      fix: 'pass new URL("./decode.js", import.meta.url)',
      cause,
    });
  }
}

function defaultWorkers(): number {
  const { navigator } = globalThis as { readonly navigator?: { readonly hardwareConcurrency?: number } };
  return Math.max(1, Math.min(8, (navigator?.hardwareConcurrency ?? availableInNode()) - 1));
}

function availableInNode(): number {
  const { process } = globalThis as {
    readonly process?: { getBuiltinModule?(name: "node:os"): { availableParallelism(): number } };
  };
  return process?.getBuiltinModule?.("node:os").availableParallelism() ?? 2;
}

function closedError(): DataError {
  return new DataError({
    where: "WorkerPool",
    problem: "the pool is closed",
    fix: "close it after the last loop over its dataset",
  });
}
