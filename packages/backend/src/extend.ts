import type { Backend, KernelTable } from "./backend.js";
import { UnsupportedError } from "./errors.js";
import type { Kernel } from "./kernels.js";

/**
 * Gives the backend further kernels, from outside: `extend(cpu(), { "acme.swish": kernel })`. The result shares
 * buffers with the original. Names need a dot; those without one are the project's.
 *
 * @throws UnsupportedError when a name has no dot.
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
  const table: KernelTable = Object.assign({}, backend.kernels, kernels);
  // The prototype keeps everything else, methods and private state included, on the one original.
  return Object.create(backend, {
    kernels: { value: table, enumerable: true },
    base: { value: backend },
  }) as Backend;
}
