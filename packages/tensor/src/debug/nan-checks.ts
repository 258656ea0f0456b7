import { BackendError, describe, isFloat } from "@nn/backend";
import type { Inspector, OpCall } from "../core/inspector.js";
import { runtime } from "../core/runtime.js";
import { keep, scope } from "../core/scope.js";
import type { Tensor } from "../core/tensor.js";
import { pathOf } from "../module/locate-error.js";
import { any } from "../ops/any.js";
import { isNaN } from "../ops/is-nan.js";

/** Flags of ops on backends that cannot read at once, oldest first. */
let pending: { flag: Tensor; call: OpCall }[] = [];
let enabled: Inspector | null = null;
let root: object | undefined;

/**
 * Checks the result of every op for NaN and throws a BackendError that names the first op, and its layer, that made one
 * from inputs without any. Slow: for finding bugs (torch.autograd.set_detect_anomaly).
 *
 * Where the backend cannot read without waiting, the error comes at the next `await data()`.
 *
 * @param model the module whose layers are named in the message
 *
 * @example
 * ```ts
 * import { detectNaN, log, tensor } from "@nn/tensor";
 *
 * detectNaN(true);
 * let message = "";
 * try {
 *   log(tensor([-1]));
 * } catch (error) {
 *   message = String(error);
 * }
 * detectNaN(false);
 * message.includes("[log]"); // => true
 * ```
 */
export function detectNaN(on: boolean, model?: object): void {
  root = model;
  if (on === (enabled !== null)) return;
  if (on) {
    enabled = { after: check };
    runtime.inspectors = [...(runtime.inspectors ?? []), enabled];
    runtime.settleChecks = settle;
    return;
  }
  const rest = (runtime.inspectors ?? []).filter((inspector) => inspector !== enabled);
  runtime.inspectors = rest.length === 0 ? null : rest;
  enabled = null;
  runtime.settleChecks = null;
  for (const { flag } of pending) flag.dispose();
  pending = [];
}

/** Awaits the flags of backends that cannot read at once; called by `data()`. */
async function settle(): Promise<void> {
  if (pending.length === 0) return;
  const due = pending;
  pending = [];
  for (const { flag, call } of due) {
    const [found] = await flag.backend.read(flag.buffer, { start: flag.offset, end: flag.offset + 1 });
    flag.dispose();
    if (found !== 0) throw nanError(call);
  }
}

function check(call: OpCall): void {
  if (call.ran === "view" || !call.outputs.some((output) => isFloat(output.dtype) && output.size > 0)) return;
  quietly(() => {
    for (const output of call.outputs) {
      if (!isFloat(output.dtype) || output.size === 0) continue;
      if (call.backend.readSync !== undefined) {
        if (hasNaN(output) && !call.inputs.some((input) => !input.disposed && isFloat(input.dtype) && hasNaN(input))) {
          throw nanError(call);
        }
      } else {
        pending.push({ flag: scope(() => keep(any(isNaN(output)))), call });
      }
    }
  });
}

/** Runs the check itself without inspecting or recording it. */
function quietly(fn: () => void): void {
  const { inspectors, recorder } = runtime;
  runtime.inspectors = null;
  runtime.recorder = null;
  try {
    fn();
  } finally {
    runtime.inspectors = inspectors;
    runtime.recorder = recorder;
  }
}

function hasNaN(tensor: Tensor): boolean {
  const data = tensor.dataSync();
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) return true;
  return false;
}

function nanError(call: OpCall): BackendError {
  const owner = call.owner;
  const where = owner === undefined ? undefined : ((root && pathOf(root, owner)) ?? owner.constructor.name);
  const error = new BackendError({
    where: call.op,
    problem: "the first NaN appeared here",
    rows: [...call.inputs.map((input, i) => [`input ${i}`, describe(input)] as const), ["ran as", call.ran]],
    fix: "look for log or sqrt of negative numbers, 0 / 0, infinities, or a learning rate that is too high",
  });
  error.owner = owner;
  return where === undefined ? error : error.locate(where);
}
