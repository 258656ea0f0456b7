import type { Backend, DType } from "@nn/backend";
import { rootBackend } from "@nn/backend";
import { runtime } from "../core/runtime.js";
import type { Tensor } from "../core/tensor.js";
import { full } from "./full.js";

// Few numbers come again and again (0, 1, 0.5, 2); learning rates and the like do not, and must not pile up.
const most = 64;

/** A number as a 0-dimensional tensor; the ones used last are kept. */
export function constant(value: number, dtype: DType, backend: Backend): Tensor {
  const root = rootBackend(backend);
  let cache = runtime.constants.get(root);
  if (cache === undefined) {
    cache = new Map();
    runtime.constants.set(root, cache);
  }
  // -0 and 0 are different constants.
  const key = `${dtype}${Object.is(value, -0) ? "-0" : value}`;
  const present = cache.get(key);
  if (present !== undefined) {
    // Last in the order of insertion: the ones that are in use are never the oldest.
    cache.delete(key);
    cache.set(key, present);
    return present;
  }
  const { scope, recorder } = runtime;
  runtime.scope = null;
  runtime.recorder = null;
  try {
    const made = full([], value, { dtype, backend });
    made._kept = true;
    if (cache.size >= most) dropOldest(cache);
    cache.set(key, made);
    return made;
  } finally {
    runtime.scope = scope;
    runtime.recorder = recorder;
  }
}

function dropOldest(cache: Map<string, Tensor>): void {
  const [key, oldest] = cache.entries().next().value!;
  cache.delete(key);
  // The tape holds storages, and no op gives a constant itself to its caller: nobody else has this handle.
  oldest.dispose();
}
