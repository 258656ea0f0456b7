// Where things are: the repository, its packages, and the entry points they declare.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Folders of one workspace group (`packages`, `apps`, `tooling`) that hold a package.json. */
export function workspaces(group) {
  const base = join(root, group);
  if (!existsSync(base)) return [];
  return readdirSync(base)
    .sort()
    .map((folder) => ({ folder, dir: join(base, folder) }))
    .filter(({ dir }) => existsSync(join(dir, "package.json")))
    .map((entry) => ({ ...entry, manifest: readJson(join(entry.dir, "package.json")) }));
}

/** The published packages, each with its manifest. */
export const packages = () => workspaces("packages");

/** Source entry points by subpath: `{ ".": "./src/index.ts" }`. */
export function sourceEntries(manifest) {
  const entries = {};
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    if (target?.["@nn/source"]) entries[subpath] = target["@nn/source"];
  }
  return entries;
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
