import { getBackend, loadStateDict, scope, stateDict, type Tree } from "@nn/tensor";
import { loadStateDict as tensorsOfFile } from "../state-dict.js";
import { readFile } from "./read-file.js";

/** How exactly a file must fit. */
export interface LoadModelOptions {
  /** Whether names that are missing or unexpected are an error (default true). Those that fit are loaded otherwise. */
  readonly strict?: boolean;
}

/**
 * Gives a model the weights of a safetensors file, on the backend that the model is on. All is checked before anything is
 * changed.
 *
 * @returns the metadata of the file
 * @throws DataError when the file is not there, is damaged, or does not fit the model.
 *
 * @example
 * ```ts
 * import { load } from "@nn/io/node";
 * import { Linear } from "@nn/layers";
 *
 * await load(new Linear(2, 1), "no/such/file").catch((error) => error.name); // => "DataError"
 * ```
 */
export async function load(model: Tree, path: string, options: LoadModelOptions = {}): Promise<Record<string, string>> {
  const bytes = await readFile(path);
  const backend = Object.values(stateDict(model))[0]?.backend ?? getBackend();
  return scope(() => {
    const { tensors, metadata } = tensorsOfFile(bytes, { backend });
    loadStateDict(model, tensors, options);
    return metadata;
  });
}
