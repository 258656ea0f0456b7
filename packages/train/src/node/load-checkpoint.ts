import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { readSafetensors } from "@nn/io";
import { readFile } from "@nn/io/node";
import { DataError, describe, isNNError } from "@nn/tensor";
import type { SavedTensor } from "../pack.js";
import type { TrainingState } from "../training-state.js";
import { formatName, formatVersion, type Manifest, manifestName, sha256 } from "./manifest.js";

/**
 * The state in a folder that `fileCheckpoint` wrote, for `fit({ resume })`. Sizes, checksums, names and shapes are
 * verified before anything is given back; the files are only read.
 *
 * @throws DataError when there is no checkpoint or it is damaged: it says what was expected and what came.
 *
 * @example
 * ```ts
 * import { loadCheckpoint } from "@nn/train/node";
 *
 * await loadCheckpoint("no/such/folder").catch((error) => error.name); // => "DataError"
 * ```
 */
export async function loadCheckpoint(folder: string): Promise<TrainingState> {
  const path = join(folder, manifestName);
  if (!existsSync(path)) {
    throw damaged(
      "there is no checkpoint",
      [["expected", path]],
      "check the folder; findCheckpoint gives undefined instead",
    );
  }
  const manifest = parseManifest(path, new TextDecoder().decode(await readFile(path)));
  const tensors = await readTensors(folder, manifest);
  return { version: 1, epoch: manifest.epoch, step: manifest.step, values: manifest.values, tensors };
}

/**
 * `loadCheckpoint`, but undefined where the folder holds no checkpoint yet: `resume: await findCheckpoint(folder)`
 * makes a program that goes on wherever it was stopped.
 *
 * @throws DataError when there is a checkpoint and it is damaged.
 *
 * @example
 * ```ts
 * import { findCheckpoint } from "@nn/train/node";
 *
 * await findCheckpoint("no/such/folder"); // => undefined
 * ```
 */
export async function findCheckpoint(folder: string): Promise<TrainingState | undefined> {
  return existsSync(join(folder, manifestName)) ? loadCheckpoint(folder) : undefined;
}

const startAnew = "restore the folder from a copy, or remove it and start anew";

function parseManifest(path: string, text: string): Manifest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw damaged(
      "the manifest is no JSON",
      [
        ["file", path],
        ["got", String((cause as Error).message)],
      ],
      startAnew,
    );
  }
  const { sha256: signature, ...manifest } = (
    typeof parsed === "object" && parsed !== null ? parsed : {}
  ) as Manifest & {
    sha256?: unknown;
  };
  if (manifest.format !== formatName) {
    throw damaged(
      "the manifest is not one of a checkpoint",
      [
        ["file", path],
        ["expected", `format "${formatName}"`],
        ["got", JSON.stringify(manifest.format) ?? "no format"],
      ],
      "pass the folder that fileCheckpoint wrote",
    );
  }
  if (manifest.version !== formatVersion) {
    throw damaged(
      "the checkpoint has another version",
      [
        ["file", path],
        ["expected", `version ${formatVersion}`],
        ["got", `version ${String(manifest.version)}`],
      ],
      "load it with the version of @nn/train that wrote it, or install the newest one",
    );
  }
  const expected = sha256(JSON.stringify(manifest));
  if (signature !== expected) {
    throw damaged(
      "the manifest was changed or damaged",
      [
        ["file", path],
        ["expected", `sha256 ${String(signature)}`],
        ["got", `sha256 ${expected}`],
      ],
      startAnew,
    );
  }
  return manifest;
}

async function readTensors(folder: string, { file, tensors }: Manifest): Promise<Record<string, SavedTensor>> {
  // The manifest is signed, but a name in it never leads out of the folder.
  const path = join(folder, basename(file.name));
  if (!existsSync(path)) {
    throw damaged("the file of the tensors is missing", [["expected", path, `${file.bytes} bytes`]], startAnew);
  }
  const bytes = await readFile(path);
  if (bytes.length !== file.bytes) {
    throw damaged(
      "the file of the tensors has another size",
      [
        ["file", path],
        ["expected", `${file.bytes} bytes`],
        ["got", `${bytes.length} bytes`],
      ],
      startAnew,
    );
  }
  const hash = sha256(bytes);
  if (hash !== file.sha256) {
    throw damaged(
      "the file of the tensors was changed or damaged",
      [
        ["file", path],
        ["expected", `sha256 ${file.sha256}`],
        ["got", `sha256 ${hash}`],
      ],
      startAnew,
    );
  }
  const read = parseTensors(path, bytes);
  for (const { name, dtype, shape } of tensors) {
    const saved = read[name];
    const listed = `${dtype} [${shape.join(", ")}]`;
    if (saved !== undefined && describe(saved) === listed) continue;
    throw damaged(
      "the file of the tensors is not what the manifest lists",
      [
        ["tensor", name],
        ["expected", listed],
        ["got", saved === undefined ? "nothing" : describe(saved)],
      ],
      startAnew,
    );
  }
  return read;
}

function parseTensors(path: string, bytes: Uint8Array): Record<string, SavedTensor> {
  try {
    return readSafetensors(bytes).tensors;
  } catch (cause) {
    if (!isNNError(cause)) throw cause;
    throw damaged(
      "the file of the tensors is no safetensors file",
      [
        ["file", path],
        ["got", cause.problem],
      ],
      startAnew,
    );
  }
}

function damaged(problem: string, rows: readonly [string, string, string?][], fix: string): DataError {
  return new DataError({ where: "loadCheckpoint", problem, rows, fix });
}
