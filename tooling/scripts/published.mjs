// Looks at each packed tarball with the eyes of a bundler (publint) and of TypeScript (are the types wrong?).
import "./lib/node-version.mjs";
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { packAll } from "./lib/tarballs.mjs";

// ESM only: TypeScript's node10 resolution and require() from a CommonJS file's types are not promised.
const promised = new Set(["node16-esm", "bundler"]);

let failed = 0;
const list = await packAll("published");
for (const { manifest, tarball } of list) {
  const data = readFileSync(tarball);
  const problems = [...(await lint(data)), ...(await types(data))];
  if (problems.length === 0) continue;
  failed++;
  console.log(`${manifest.name}\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
}
console.log(`${list.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function lint(data) {
  const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

async function types(data) {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
  if (!result.types) return ["types: the package has none"];
  return result.problems
    .filter((problem) => isPromised(problem, result))
    .map((problem) => {
      const { kind, entrypoint = "", resolutionKind = problem.resolutionOption ?? "" } = problem;
      return `types: ${kind} ${entrypoint} ${resolutionKind} ${problem.moduleSpecifier ?? ""}`.trimEnd();
    });
}

function isPromised({ resolutionKind, resolutionOption, entrypoint }) {
  if (entrypoint?.endsWith(".json")) return false;
  if (resolutionKind !== undefined) return promised.has(resolutionKind);
  return resolutionOption !== "node10";
}
