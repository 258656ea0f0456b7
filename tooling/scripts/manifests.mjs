// Checks that the package.json files agree with each other and with the table; --fix writes what can be derived.
import "./lib/node-version.mjs";
import { existsSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { mayImport, standsAbove } from "./lib/table.mjs";
import { packages, readJson, root, workspaces } from "./lib/workspace.mjs";

const fix = process.argv.includes("--fix");
const problems = [];
const published = packages();
const all = ["packages", "apps", "tooling", "examples"].flatMap((group) => workspaces(group));
const rootManifest = readJson(join(root, "package.json"));
const version = published[0].manifest.version;

for (const { folder, dir, manifest } of published) {
  const expect = (ok, problem) => ok || problems.push(`packages/${folder}: ${problem}`);
  expect(manifest.name === `@nn/${folder}`, `name is "${manifest.name}", the folder says "@nn/${folder}"`);
  expect(mayImport[folder], "not in the table; add a line to tooling/scripts/lib/table.mjs");
  expect(manifest.version === version, `version ${manifest.version}, others have ${version}; packages move together`);
  expect(manifest.license === "MIT", 'license must be "MIT"');
  expect(manifest.description, "description is missing");
  expect(manifest.type === "module", 'type must be "module"');
  expect(manifest.private === undefined, "a published package is not private");
  expect(
    manifest.sideEffects === false ||
      manifest.sideEffects?.every((file) => file.endsWith("/worker.js") || file.endsWith("/worker.ts")),
    "sideEffects must be false, or bundles keep what is not used; only a worker's script has effects",
  );
  expect(manifest.engines?.node === rootManifest.engines.node, `engines.node must be "${rootManifest.engines.node}"`);
  expect(manifest.publishConfig?.access === "public", 'publishConfig.access must be "public"');
  expect(manifest.publishConfig?.provenance === true, "publishConfig.provenance must be true");
  expect(manifest.files?.includes("dist"), 'files must contain "dist"');
  expect(!manifest.files?.some((entry) => entry.startsWith("src")), "files must not contain src");
  expect(manifest.scripts?.build === "tsup", 'scripts.build must be "tsup"');
  expect(existsSync(join(dir, "tsup.config.ts")), "tsup.config.ts is missing");
  checkExports(manifest, dir, expect);
  checkDependencies(folder, manifest, expect);
}
checkVersions();

console.log(problems.length > 0 ? problems.join("\n") : `summary: ${published.length} packages`);
process.exitCode = problems.length > 0 ? 1 : 0;

// Each subpath names its source once; what is built and what is published follow from it.
function checkExports(manifest, dir, expect) {
  const derived = {};
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const source = target["@nn/source"];
    if (source === undefined) {
      expect(typeof target === "string", `exports["${subpath}"] has no "@nn/source"`);
      derived[subpath] = target;
      continue;
    }
    expect(/^\.\/src\/.+\.ts$/.test(source), `exports["${subpath}"]: "@nn/source" must be a file in src`);
    expect(existsSync(join(dir, source)), `exports["${subpath}"]: ${source} does not exist`);
    const built = source.replace("./src/", "./dist/").replace(/\.ts$/, "");
    derived[subpath] = { types: `${built}.d.ts`, default: `${built}.js` };
    const wanted = { "@nn/source": source, ...derived[subpath] };
    if (same(target, wanted)) continue;
    manifest.exports[subpath] = wanted;
    change(manifest, dir, `exports["${subpath}"] must be ${JSON.stringify(wanted)}`);
  }
  expect(derived["./package.json"], 'exports must have "./package.json"');
  if (!same(manifest.publishConfig?.exports, derived)) {
    manifest.publishConfig = { ...manifest.publishConfig, exports: derived };
    change(manifest, dir, "publishConfig.exports differs from exports without @nn/source");
  }
}

function change(manifest, dir, problem) {
  const path = join(dir, "package.json");
  if (fix) writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
  else problems.push(`${relative(root, dir)}: ${problem} (pnpm manifests writes it)`);
}

function checkDependencies(folder, manifest, expect) {
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies", "devDependencies"]) {
    for (const [name, range] of Object.entries(manifest[kind] ?? {})) {
      if (!name.startsWith("@nn/")) continue;
      const other = name.slice(4);
      expect(range === "workspace:^", `${kind}.${name} must be "workspace:^"`);
      if (kind === "devDependencies") {
        expect(
          !standsAbove(other, folder),
          `devDependency ${name} points up the table; test it in tooling/conformance`,
        );
        continue;
      }
      expect(
        mayImport[folder]?.includes(other),
        `may not depend on ${name}; the table is in tooling/scripts/lib/table.mjs`,
      );
    }
  }
  // turbo orders builds by devDependencies and does not look at peers; .pnpmfile.cjs has the other half.
  for (const name of Object.keys(manifest.peerDependencies ?? {})) {
    if (manifest.peerDependenciesMeta?.[name]?.optional || !name.startsWith("@nn/")) continue;
    expect(manifest.devDependencies?.[name], `peer ${name} must be a devDependency too`);
  }
}

// One version of every outside dependency in the whole workspace.
function checkVersions() {
  const ranges = new Map();
  for (const { manifest } of [...all, { manifest: rootManifest }]) {
    for (const kind of ["dependencies", "devDependencies"]) {
      for (const [name, range] of Object.entries(manifest[kind] ?? {})) {
        if (range.startsWith("workspace:")) continue;
        const users = ranges.get(name) ?? new Map();
        users.set(range, [...(users.get(range) ?? []), manifest.name]);
        ranges.set(name, users);
      }
    }
  }
  for (const [name, users] of ranges) {
    if (users.size < 2) continue;
    const list = [...users].map(([range, who]) => `${range} in ${who.join(", ")}`);
    problems.push(`${name} is asked for in ${users.size} versions: ${list.join("; ")}`);
  }
  for (const { manifest } of all) {
    if (!manifest.name?.startsWith("@nn/")) {
      if (manifest.private !== true) problems.push(`${manifest.name}: must be private`);
    }
  }
}

function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
