import type { Backend, KernelTable } from "./backend.js";
import { UnsupportedError } from "./errors.js";
import type { Kernel } from "./kernels.js";

/**
 * Gives the backend further kernels, from outside: `extend(cpu(), { "acme.swish": kernel })`. The result shares
 * buffers with the original. Names need a dot; those without one are the project's.
 *
 * @throws UnsupportedError when a name has no dot.
 *
 * @example
 * ```ts
 * import { extend } from "@nn/backend";
 * import { cpu } from "@nn/backend-cpu";
 *
 * const backend = extend(cpu(), { "acme.noop": { run() {} } });
 * "acme.noop" in backend.kernels; // => true
 * ```
 */
export function extend(backend: Backend, kernels: Readonly<Record<`${string}.${string}`, Kernel<never>>>): Backend {
  for (const name of Object.keys(kernels)) {
    if (name.includes(".")) continue;
    throw new UnsupportedError({
      where: "extend",
      problem: `kernel name "${name}" has no dot`,
      fix: `call it "yourpackage.${name}"; names without a dot belong to the project`,
    });
  }
  const { capabilities, name, readSync, spec } = backend;
  const extended: Backend & { readonly base: Backend } = {
    spec,
    name,
    capabilities,
    kernels: Object.assign({}, backend.kernels, kernels) satisfies KernelTable,
    base: backend,
    alloc: (dtype, length) => backend.alloc(dtype, length),
    free: (handle) => backend.free(handle),
    write: (handle, data, offset) => backend.write(handle, data, offset),
    read: (handle, range) => backend.read(handle, range),
    ...(readSync === undefined ? {} : { readSync: (handle, range) => readSync.call(backend, handle, range) }),
    synchronize: () => backend.synchronize(),
    memory: () => backend.memory(),
    dispose: () => backend.dispose(),
  };
  return extended;
}

/**
 * The backend that owns the buffers: the original of an extended backend, else the backend itself.
 *
 * @example
 * ```ts
 * import { extend, rootBackend } from "@nn/backend";
 * import { cpu } from "@nn/backend-cpu";
 *
 * const original = cpu();
 * rootBackend(extend(original, {})) === original; // => true
 * ```
 */
export function rootBackend(backend: Backend): Backend {
  let root = backend as Backend & { readonly base?: Backend };
  while (root.base !== undefined) root = root.base;
  return root;
}
