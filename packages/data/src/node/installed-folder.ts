import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DataError } from "@nn/tensor";

/** The folder of an installed package, looked up as an import of the caller would be; by default from the working directory. */
export function installedFolder(name: string, version: string, from?: string | URL): string {
  const start = from ?? join(process.cwd(), "index.js");
  try {
    return dirname(createRequire(start).resolve(`${name}/package.json`));
  } catch (cause) {
    throw new DataError({
      where: "installedFolder",
      problem: `the package "${name}" is not installed`,
      rows: [["looked up from", String(start)]],
      fix: `npm install ${name}@${version}, or pass { folder } with its files; { from: import.meta.url } looks it up from your file`,
      cause,
    });
  }
}
