import type { Backend, DType } from "@nn/backend";
import { getBackend } from "../core/runtime.js";

/** Where and in what dtype a tensor is made. */
export interface CreateOptions {
  /** Default "f32". */
  readonly dtype?: DType;
  /** Default: the backend of `setBackend`. */
  readonly backend?: Backend | undefined;
}

/** The options with their defaults filled in. */
export function resolveOptions(options: CreateOptions | undefined): { dtype: DType; backend: Backend } {
  return { dtype: options?.dtype ?? "f32", backend: options?.backend ?? getBackend() };
}
