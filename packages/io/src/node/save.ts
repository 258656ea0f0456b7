import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { stateDict, type Tree } from "@nn/tensor";
import { saveStateDict } from "../state-dict.js";
import { fileError } from "./file-error.js";
import { writeFileAtomic } from "./write-file-atomic.js";

/** What is written beside the tensors. */
export interface SaveOptions {
  /** Texts by key, which `load` gives back: the epoch, the names of the classes, … */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes the parameters and buffers of a model into a safetensors file, which `load`, PyTorch and others read. At every
 * moment the file is the old one or the new one, whole; the folder is made if it is not there. The values are those of
 * the call, whatever happens while they are written.
 *
 * The optimizer and the place in the training are not in it; `fileCheckpoint` of `@nn/train/node` saves those.
 *
 * @throws DataError that names the file; an old file is unchanged.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { load, save } from "@nn/io/node";
 * import { Linear } from "@nn/layers";
 *
 * const path = join(await mkdtemp(join(tmpdir(), "nn-model-")), "model.safetensors");
 * const model = new Linear(2, 1);
 * await save(model, path, { metadata: { epoch: "7" } });
 *
 * const other = new Linear(2, 1);
 * await load(other, path); // => { epoch: "7" }
 * String(await other.weight.array()) === String(await model.weight.array()); // => true
 * ```
 */
export async function save(model: Tree, path: string, options: SaveOptions = {}): Promise<void> {
  const bytes = await saveStateDict(stateDict(model), options.metadata);
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (cause) {
    throw fileError("save", path, cause);
  }
  await writeFileAtomic(path, bytes);
}
