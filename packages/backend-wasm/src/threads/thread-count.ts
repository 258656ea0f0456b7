import { DataError, UnsupportedError } from "@nn/backend";
import { node } from "./start-worker.js";

/** Static memory of the module has room for so many. */
const most = 64;

/** What decides of it. */
export interface Place {
  readonly node?: typeof node;
  readonly SharedArrayBuffer?: unknown;
  readonly Worker?: unknown;
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

/**
 * How many threads `threads` means here.
 *
 * @throws DataError where it is no number of threads
 * @throws UnsupportedError where more than one are asked for and cannot be
 */
export function threadCount(threads: number | "auto", place: Place = here()): number {
  const isCount = typeof threads === "number" && Number.isInteger(threads) && threads >= 1 && threads <= most;
  if (threads !== "auto" && !isCount) {
    throw new DataError({
      where: "wasm",
      problem: "threads is no number of threads",
      rows: [
        ["expected", `"auto" or an integer from 1 to ${most}`],
        ["got", String(threads)],
      ],
      fix: "wasm() takes as many as there are cores",
    });
  }
  if (threads === 1) return 1;
  const obstacle = findObstacle(place);
  if (threads === "auto") return obstacle === undefined ? Math.min(cores(place), most) : 1;
  if (obstacle === undefined) return threads;
  throw new UnsupportedError({
    where: "wasm",
    problem: `${threads} threads are not to be had here`,
    rows: [["reason", obstacle.reason]],
    fix: `${obstacle.fix}; or threads: "auto", which is 1 here`,
  });
}

function here(): Place {
  const { SharedArrayBuffer, Worker, crossOriginIsolated, navigator } = globalThis as Place;
  return { node, SharedArrayBuffer, Worker, crossOriginIsolated, navigator };
}

function findObstacle(place: Place): { readonly reason: string; readonly fix: string } | undefined {
  if (place.node !== undefined) return undefined;
  // Where isolation is missing, some browsers hide SharedArrayBuffer and others refuse to send it.
  if (place.SharedArrayBuffer === undefined || place.crossOriginIsolated === false) {
    return {
      reason: "the page is not cross-origin isolated, so that memory cannot be shared",
      fix: "serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp",
    };
  }
  if (place.Worker === undefined) return { reason: "this scope cannot start workers", fix: "use a page or a Worker" };
  return undefined;
}

function cores({ node, navigator }: Place): number {
  return node?.getBuiltinModule("node:os").availableParallelism() ?? navigator?.hardwareConcurrency ?? 1;
}

/** The error where the threads could not be started although everything for them seems to be there. */
export function notStarted(threads: number, cause: unknown): UnsupportedError {
  return new UnsupportedError({
    where: "wasm",
    problem: `${threads} threads could not be started`,
    rows: [["reason", cause instanceof Error ? cause.message : String(cause)]],
    fix: 'where a content security policy forbids blob: workers, serve @nn/backend-wasm/worker and pass its workerUrl; or threads: "auto", which goes on with 1',
    cause,
  });
}
