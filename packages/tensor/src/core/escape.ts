import { runtime } from "./runtime.js";
import type { Storage } from "./storage.js";
import type { Tensor } from "./tensor.js";

/*
 * Tensors outside of every scope are freed when the collector finds them. A collector that cannot see the bytes does
 * not run, so each such tensor carries an untouched ArrayBuffer of a quarter of its size.
 */
const registry = new FinalizationRegistry<Storage>((storage) => storage.release());
const smallestBallast = 1024;
const yieldAfterBytes = 32 * 1024 * 1024;

/** Hands a tensor over to the collector. */
export function registerEscaped(tensor: Tensor, storage: Storage): void {
  const bytes = storage.bytes;
  runtime.escapedBytes += bytes;
  tensor._ballast = bytes >= smallestBallast ? new ArrayBuffer(bytes >> 2) : true;
  registry.register(tensor, storage, tensor);
}

/** Takes it back: the tensor was disposed by hand. */
export function unregisterEscaped(tensor: Tensor): void {
  if (tensor._ballast === undefined) return;
  tensor._ballast = undefined;
  registry.unregister(tensor);
}

/** Lets the collector's callbacks run when much has escaped: they only run between macrotasks. */
export async function yieldUnderPressure(): Promise<void> {
  if (runtime.escapedBytes < yieldAfterBytes) return;
  runtime.escapedBytes = 0;
  await macrotask();
}

/**
 * Gives the event loop one turn, without the 4 ms that browsers add to nested timers.
 *
 * @example
 * ```ts
 * import { macrotask } from "@nn/tensor";
 *
 * await macrotask(); // timers and events had their turn
 * ```
 */
export function macrotask(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  if (setImmediate !== undefined) return new Promise((resolve) => setImmediate(() => resolve()));
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
