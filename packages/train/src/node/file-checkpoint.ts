import { mkdir, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { writeSafetensors } from "@nn/io";
import { writeFileAtomic } from "@nn/io/node";
import type { CheckpointOptions } from "../fit-options.js";
import type { TrainingState } from "../training-state.js";
import { formatName, formatVersion, manifestName, sha256, writeManifest } from "./manifest.js";

/** When a checkpoint is written. */
export type FileCheckpointOptions = Pick<CheckpointOptions, "everySteps" | "everyEpochs">;

/**
 * Keeps the last state of a training in a folder: a safetensors file and `checkpoint.json`, which lists and signs it.
 * At every moment, also when the program is killed while it writes, the folder holds one whole checkpoint: the new
 * tensors get a name of their own, the manifest is renamed last, and only then the old tensors go.
 *
 * @param folder made if it is not there; other files in it are left alone
 * @throws DataError when the file system refuses; the old checkpoint is unchanged.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { Linear, mseLoss } from "@nn/layers";
 * import { SGD } from "@nn/optim";
 * import { ones } from "@nn/tensor";
 * import { fit } from "@nn/train";
 * import { fileCheckpoint, findCheckpoint } from "@nn/train/node";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nn-run-"));
 * const model = new Linear(2, 1);
 * const result = await fit(model, {
 *   data: [{ x: ones([4, 2]), y: ones([4, 1]) }],
 *   loss: (model, { x, y }) => mseLoss(model.forward(x), y),
 *   optimizer: new SGD(model, { lr: 0.1 }),
 *   epochs: 3,
 *   checkpoint: fileCheckpoint(folder),
 *   resume: await findCheckpoint(folder),
 * });
 * (await findCheckpoint(folder))?.step; // => 3
 * ```
 */
export function fileCheckpoint(folder: string, options: FileCheckpointOptions = {}): CheckpointOptions {
  return { ...options, save: (state) => saveCheckpoint(folder, state) };
}

/** Writes a state into a folder. */
export async function saveCheckpoint(folder: string, state: TrainingState): Promise<void> {
  const bytes = writeSafetensors(state.tensors);
  const hash = sha256(bytes);
  const name = `tensors-${state.step}-${hash.slice(0, 12)}.safetensors`;
  const manifest = writeManifest({
    format: formatName,
    version: formatVersion,
    epoch: state.epoch,
    step: state.step,
    file: { name, bytes: bytes.length, sha256: hash },
    tensors: Object.entries(state.tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    values: state.values,
  });
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, name), bytes);
  await writeFileAtomic(join(folder, manifestName), new TextEncoder().encode(manifest));
  await removeOld(folder, name);
}

/** What earlier saves left, those that were killed included. */
async function removeOld(folder: string, current: string): Promise<void> {
  const ours =
    /^(tensors-\d+-[0-9a-f]{12}\.safetensors|\.(tensors-\d+-[0-9a-f]{12}\.safetensors|checkpoint\.json)\..*\.tmp)$/;
  for (const name of await readdir(folder)) {
    // A file that cannot be removed now is removed after the next save.
    if (name !== current && ours.test(name)) await unlink(join(folder, name)).catch(() => {});
  }
}
