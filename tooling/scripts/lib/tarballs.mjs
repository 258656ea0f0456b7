// Packs every published package as it would be published.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pnpm } from "./pnpm.mjs";
import { packages, root } from "./workspace.mjs";

/** Packs all packages into a fresh folder and returns `{ manifest, dir, tarball }` of each. */
export async function packAll(purpose) {
  const folder = join(root, "node_modules/.cache", `tarballs-${purpose}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { code, output } = await pnpm(["-r", "--filter", "./packages/*", "pack", "--pack-destination", folder]);
  const made = readdirSync(folder);
  const list = packages().map(({ manifest, dir }) => {
    const file = `${manifest.name.slice(1).replace("/", "-")}-${manifest.version}.tgz`;
    return { manifest, dir, tarball: made.includes(file) ? join(folder, file) : undefined };
  });
  const missing = list.filter((entry) => entry.tarball === undefined).map((entry) => entry.manifest.name);
  if (code !== 0 || missing.length > 0) throw new Error(`pnpm pack failed for ${missing.join(", ")}\n${output}`);
  return list;
}
