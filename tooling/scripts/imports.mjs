// Checks the import directions of the whole workspace.
import "./lib/node-version.mjs";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { brokenImports } from "./lib/import-rules.mjs";
import { readJson, root, workspaces } from "./lib/workspace.mjs";

const manifests = { ".": readJson(join(root, "package.json")) };
const files = [];
for (const group of ["packages", "apps", "tooling", "examples"]) {
  for (const { folder, dir, manifest } of workspaces(group)) {
    manifests[`${group}/${folder}`] = manifest;
    collect(dir);
  }
}

const problems = brokenImports(files, manifests);
console.log(problems.length > 0 ? problems.join("\n") : `summary: ${files.length} files`);
process.exitCode = problems.length > 0 ? 1 : 0;

function collect(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (["node_modules", "dist", "assembly"].includes(entry.name) || entry.name.startsWith(".")) continue;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) collect(path);
    else if (/\.m?[jt]sx?$/.test(entry.name) && !entry.name.endsWith(".d.ts")) {
      files.push({ path: relative(root, path).split(sep).join("/"), text: readFileSync(path, "utf8") });
    }
  }
}
