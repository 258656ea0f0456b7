import { typedArray } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { fromHost } from "./from-host.js";
import { checkShape } from "./full.js";
import { type CreateOptions, resolveOptions } from "./options.js";

/**
 * `count` evenly spaced values from `start` to `end`, both included (torch.linspace).
 *
 * @example
 * ```ts
 * import { linspace } from "@nn/tensor";
 *
 * await linspace(0, 1, 3).array(); // => [0, 0.5, 1]
 * ```
 */
export function linspace(start: number, end: number, count: number, options?: CreateOptions): Tensor<[n: number]> {
  checkShape("linspace", [count]);
  const { dtype, backend } = resolveOptions(options);
  const data = typedArray(dtype, count);
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  for (let i = 0; i < count; i++) data[i] = i === count - 1 && i > 0 ? end : start + i * step;
  return fromHost(data, [count], dtype, backend, "linspace");
}
