import type { Backend } from "@nn/backend";
import { type Tensor, tensor } from "@nn/tensor";
import { type HostTensor, readSafetensors } from "./read-safetensors.js";
import { writeSafetensors } from "./write-safetensors.js";

/**
 * Writes tensors by name as a safetensors file: `saveStateDict(stateDict(model))`. Reads them from their backends.
 *
 * @param metadata texts by key
 *
 * @example
 * ```ts
 * import { loadStateDict, saveStateDict } from "@nn/io";
 * import * as nn from "@nn/tensor";
 *
 * const model = { weight: new nn.Parameter(nn.tensor([1, 2])) };
 * const bytes = await saveStateDict(nn.stateDict(model));
 *
 * const other = { weight: new nn.Parameter(nn.zeros([2])) };
 * nn.loadStateDict(other, loadStateDict(bytes).tensors);
 * await other.weight.array(); // => [1, 2]
 * ```
 */
export async function saveStateDict(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  // All reads start now, so that a step that follows does not mix old and new values.
  const entries = Object.entries(tensors).map(async ([name, value]): Promise<[string, HostTensor]> => {
    const { dtype, shape } = value;
    return [name, { dtype, shape, data: await value.data() }];
  });
  return writeSafetensors(Object.fromEntries(await Promise.all(entries)), metadata);
}

/** Where the tensors of a file go. */
export interface LoadOptions {
  /** Where the tensors are made. Default: the backend of `setBackend`. */
  readonly backend?: Backend;
}

/**
 * Reads a safetensors file into tensors, for `loadStateDict` of `@nn/tensor`. See `readSafetensors` for what becomes of
 * each type.
 *
 * @throws DataError when the file is damaged, UnsupportedError when the backend lacks a dtype.
 *
 * @example
 * ```ts
 * import { loadStateDict, writeSafetensors } from "@nn/io";
 *
 * const bytes = writeSafetensors({ bias: { dtype: "f32", shape: [2], data: new Float32Array([1, 2]) } });
 * await loadStateDict(bytes).tensors.bias.array(); // => [1, 2]
 * ```
 */
export function loadStateDict(
  bytes: Uint8Array,
  { backend }: LoadOptions = {},
): { tensors: Record<string, Tensor>; metadata: Record<string, string> } {
  const { tensors, metadata } = readSafetensors(bytes);
  const made = Object.entries(tensors).map(([name, { data, dtype, shape }]): [string, Tensor] => [
    name,
    tensor(data, { dtype, shape, backend }),
  ]);
  return { tensors: Object.fromEntries(made), metadata };
}
