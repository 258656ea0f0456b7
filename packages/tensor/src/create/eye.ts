import { typedArray } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { fromHost } from "./from-host.js";
import { checkShape } from "./full.js";
import { type CreateOptions, resolveOptions } from "./options.js";

/**
 * The identity matrix (torch.eye).
 *
 * @example
 * ```ts
 * import { eye } from "@nn/tensor";
 *
 * await eye(2).array(); // => [[1, 0], [0, 1]]
 * ```
 */
export function eye(n: number, options?: CreateOptions): Tensor<[n: number, n: number]> {
  checkShape("eye", [n]);
  const { dtype, backend } = resolveOptions(options);
  const data = typedArray(dtype, n * n);
  for (let i = 0; i < n; i++) data[i * n + i] = 1;
  return fromHost(data, [n, n], dtype, backend, "eye");
}
