import { type Backend, getBackend, scope } from "@nn/tensor";
import { CheckError } from "./check-error.js";

/** What `checkLeaks` watches, and for how long. */
export interface LeakOptions {
  /** Whose memory is watched. Default: the current backend. */
  readonly backend?: Backend;
  /** Calls that are not counted, in which caches fill. Default 2. */
  readonly warmUp?: number;
  /** Calls that are counted. Default 3. */
  readonly runs?: number;
  /** What the message names. Default "checkLeaks". */
  readonly subject?: string;
}

/**
 * Calls `fn` several times, each in a scope, and throws when the backend holds more buffers or bytes afterwards than
 * before. What `fn` returns is disposed by the scope too, unless it is owned by a parameter or buffer.
 *
 * @throws CheckError
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { checkLeaks } from "@nn/testing";
 *
 * const x = tensor([1, 2, 3]);
 * checkLeaks(() => {
 *   x.mul(2).sum();
 * });
 * ```
 */
export function checkLeaks(fn: () => unknown, options: LeakOptions = {}): void {
  const { backend = getBackend(), warmUp = 2, runs = 3, subject = "checkLeaks" } = options;
  const once = () =>
    scope(() => {
      fn();
    });
  for (let i = 0; i < warmUp; i++) once();
  const before = backend.memory();
  for (let i = 0; i < runs; i++) once();
  const after = backend.memory();
  if (after.liveBuffers <= before.liveBuffers && after.liveBytes <= before.liveBytes) return;
  throw new CheckError(subject, `${runs} calls left memory behind`, [
    ["buffers", `${before.liveBuffers} before, ${after.liveBuffers} after`],
    ["bytes", `${before.liveBytes} before, ${after.liveBytes} after`],
  ]);
}
