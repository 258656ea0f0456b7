import { randomBytes } from "node:crypto";
import { open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileError } from "./file-error.js";

/**
 * Writes a file so that at every moment, also after a crash or a power cut, either the old or the new content is there,
 * whole: a temporary file in the same folder is written and flushed, then takes the name.
 *
 * @throws DataError that names the file; the old file is unchanged.
 *
 * @example
 * ```ts
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeSafetensors } from "@nn/io";
 * import { writeFileAtomic } from "@nn/io/node";
 *
 * await writeFileAtomic(join(tmpdir(), "nn-io-model.safetensors"), writeSafetensors({}));
 * ```
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  // In the same folder, since a rename across file systems is a copy.
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (cause) {
    await unlink(temporary).catch(() => {});
    throw fileError("writeFileAtomic", path, cause);
  }
}

/** Makes the new name itself survive a power cut. Windows cannot open folders, and needs no such flush. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
