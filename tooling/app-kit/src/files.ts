import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "./usage-error.js";

/** Makes a folder and those above it, before anything is computed that would be lost otherwise. */
export function makeFolder(flag: string, path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UsageError(
      `${flag}: expected a folder that can be made or written to, got "${path}" (${(error as Error).message}).`,
    );
  }
}

/** Makes sure that a file can be written later. */
export function prepareFile(flag: string, path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new UsageError(`${flag}: expected the path of a file, got the folder "${path}".`);
  }
  makeFolder(flag, dirname(path));
}
