import type { OpCall } from "../core/inspector.js";
import { runtime } from "../core/runtime.js";

/** What one op did while a profile was taken. */
export interface OpProfile {
  readonly op: string;
  /** `"view"`, `"composed"`, or the kernel that ran. */
  readonly ran: string;
  readonly calls: number;
  /** Milliseconds until the calls returned; on devices that work behind the caller, the time to enqueue. */
  readonly milliseconds: number;
  /** Bytes of all results that are no views. */
  readonly bytes: number;
}

/** The result of `profile`. */
export interface Profile<T> {
  readonly result: T;
  readonly milliseconds: number;
  /** By op, most time first. Composed ops contain the time of the ops they are made of, which are listed too. */
  readonly ops: readonly OpProfile[];
}

/**
 * Runs `fn` and tells which ops ran, as which kernel, how often and for how long.
 *
 * @example
 * ```ts
 * import { profile, tensor } from "@nn/tensor";
 *
 * const { ops } = profile(() => tensor([1, 2]).add(1).add(2));
 * ops.find((entry) => entry.op === "add")?.calls; // => 2
 * ```
 */
export function profile<T>(fn: () => T): Profile<T> {
  const ops = new Map<string, { op: string; ran: string; calls: number; milliseconds: number; bytes: number }>();
  const inspector = {
    after: (call: OpCall) => {
      const key = `${call.op} ${call.ran}`;
      const entry = ops.get(key) ?? { op: call.op, ran: call.ran, calls: 0, milliseconds: 0, bytes: 0 };
      entry.calls++;
      entry.milliseconds += call.milliseconds;
      if (call.ran !== "view") for (const output of call.outputs) entry.bytes += output._storage?.bytes ?? 0;
      ops.set(key, entry);
    },
  };
  runtime.inspectors = [...(runtime.inspectors ?? []), inspector];
  const start = performance.now();
  try {
    const result = fn();
    const milliseconds = performance.now() - start;
    return { result, milliseconds, ops: [...ops.values()].sort((a, b) => b.milliseconds - a.milliseconds) };
  } finally {
    const rest = runtime.inspectors.filter((item) => item !== inspector);
    runtime.inspectors = rest.length === 0 ? null : rest;
  }
}
