import { ShapeError, typedArray } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { fromHost } from "./from-host.js";
import { type CreateOptions, resolveOptions } from "./options.js";

/** Options of `arange`. */
export interface ArangeOptions extends CreateOptions {
  /** First value, default 0. */
  readonly start?: number;
  /** Distance, default 1. */
  readonly step?: number;
}

/**
 * Evenly spaced values from `start` (default 0) up to, not including, `end` (torch.arange).
 *
 * @throws ShapeError when the step is 0.
 *
 * @example
 * ```ts
 * import { arange } from "@nn/tensor";
 *
 * await arange(3).array(); // => [0, 1, 2]
 * await arange(6, { start: 2, step: 2 }).array(); // => [2, 4]
 * ```
 */
export function arange(end: number, options: ArangeOptions = {}): Tensor<[n: number]> {
  const { start = 0, step = 1 } = options;
  const { dtype, backend } = resolveOptions(options);
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (!Number.isFinite(count)) {
    throw new ShapeError({
      where: "arange",
      problem: "the values never reach the end",
      rows: [["got", `from ${start} to ${end} by ${step}`]],
      fix: "use finite bounds and a step other than 0",
    });
  }
  const data = typedArray(dtype, count);
  for (let i = 0; i < count; i++) data[i] = start + i * step;
  return fromHost(data, [count], dtype, backend, "arange");
}
