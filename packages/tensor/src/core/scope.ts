import { refusePromise, runtime } from "./runtime.js";
import { isTensor, type Tensor } from "./tensor.js";

/** An object that lists the tensors in it, so that they survive a scope that returns it. */
export const tensorsOf: unique symbol = Symbol.for("nn.tensors");

/**
 * Runs `fn` and releases every tensor made inside, unless it is reachable from the return value (through arrays,
 * plain objects, Maps and Sets), kept by `keep`, or owned by a parameter or buffer.
 *
 * The library opens scopes itself in `valueAndGrad`, `noGrad`, `predict` and `optimizer.step`; own loops that compute
 * outside of these can use `scope` to free memory at once instead of when the collector runs.
 *
 * @throws BackendError when `fn` returns a promise: the tensors would be released before it is done.
 *
 * @example
 * ```ts
 * import { scope, tensor } from "@nn/tensor";
 *
 * const x = tensor([3, 4]);
 * const norm = scope(() => x.mul(x).sum().sqrt());
 * await norm.item(); // => 5
 * ```
 */
export function scope<T>(fn: () => T): T {
  const parent = runtime.scope;
  const made: Tensor[] = [];
  runtime.scope = made;
  let result: T;
  try {
    result = fn();
    refusePromise(result, "scope", "await outside of the scope: return the tensors and read them afterwards");
  } catch (error) {
    runtime.scope = parent;
    for (const tensor of made) {
      if (tensor._kept) tensor._escape();
      else tensor.dispose();
    }
    throw error;
  }
  runtime.scope = parent;
  close(made, result, parent);
  return result;
}

function close(made: Tensor[], result: unknown, parent: Tensor[] | null): void {
  const single = isTensor(result) ? result : null;
  const reachable = single === null && typeof result === "object" && result !== null ? collect(result) : null;
  for (let i = 0; i < made.length; i++) {
    const tensor = made[i]!;
    if (tensor === single || tensor._kept || reachable?.has(tensor)) {
      if (tensor._storage === null) continue;
      if (parent !== null && !tensor._kept) parent.push(tensor);
      else tensor._escape();
    } else {
      tensor.dispose();
    }
  }
}

/** The tensors in a value, as `scope` finds them. */
export function collect(value: unknown, found: Set<Tensor> = new Set(), seen: Set<object> = new Set()): Set<Tensor> {
  if (typeof value !== "object" || value === null || seen.has(value)) return found;
  if (isTensor(value)) {
    found.add(value);
    return found;
  }
  seen.add(value);
  if (tensorsOf in value) {
    for (const item of (value as { [tensorsOf](): Iterable<Tensor> })[tensorsOf]()) found.add(item);
  } else if (Array.isArray(value) || value instanceof Set) {
    for (const item of value) collect(item, found, seen);
  } else if (value instanceof Map) {
    for (const item of value.values()) collect(item, found, seen);
  } else {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return found;
    for (const item of Object.values(value)) collect(item, found, seen);
  }
  return found;
}

/**
 * Takes a tensor out of the scopes around it, or out of the batch of a loader: it lives until `dispose` or until the
 * collector finds it.
 *
 * @example
 * ```ts
 * import { keep, scope, tensor } from "@nn/tensor";
 *
 * let best = tensor(0);
 * scope(() => {
 *   best = keep(best.add(1));
 * });
 * await best.item(); // => 1
 * ```
 */
export function keep<T extends Tensor>(value: T): T {
  value._kept = true;
  return value;
}
