import { readFile as read } from "node:fs/promises";
import { fileError } from "./file-error.js";

/**
 * The bytes of a file.
 *
 * @throws DataError that names the file and says what is wrong.
 *
 * @example
 * ```ts
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { readFile, writeFileAtomic } from "@nn/io/node";
 *
 * const path = join(tmpdir(), "nn-io-read.bin");
 * await writeFileAtomic(path, new Uint8Array([1, 2, 3]));
 * (await readFile(path)).length; // => 3
 * ```
 */
export async function readFile(path: string): Promise<Uint8Array> {
  try {
    const bytes = await read(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (cause) {
    throw fileError("readFile", path, cause);
  }
}
