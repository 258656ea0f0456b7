// Type-checks every tsconfig.json of the workspace. Packages with the same options, which is nearly all of them, are
// checked as one program, so that no package is looked at once for every dependent.
import "./lib/node-version.mjs";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { root, workspaces } from "./lib/workspace.mjs";

/** "No inputs were found": a package may be empty still. */
const noInputs = 18003;
const groups = new Map();
let files = 0;
let failed = 0;

for (const { dir } of ["packages", "tooling", "apps", "examples"].flatMap((group) => workspaces(group))) {
  const path = join(dir, "tsconfig.json");
  if (!existsSync(path)) continue;
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: report };
  const config = ts.getParsedCommandLineOfConfigFile(path, {}, host);
  if (!config) continue;
  config.errors.filter((error) => error.code !== noInputs).forEach(report);
  const { configFilePath: _, ...options } = config.options;
  const key = JSON.stringify(options);
  const group = groups.get(key) ?? { options, fileNames: [] };
  group.fileNames.push(...config.fileNames);
  groups.set(key, group);
}

for (const { options, fileNames } of groups.values()) {
  const program = ts.createProgram(fileNames, options);
  const own = new Set(fileNames);
  program.getOptionsDiagnostics().forEach(report);
  for (const file of program.getSourceFiles()) {
    if (!own.has(file.fileName) && isForeign(file.fileName)) continue;
    program.getSyntacticDiagnostics(file).forEach(report);
    program.getSemanticDiagnostics(file).forEach(report);
    files++;
  }
}

if (failed === 0) console.log(`summary: ${files} files`);
process.exitCode = failed > 0 ? 1 : 0;

function isForeign(name) {
  return name.includes("/node_modules/") || name.includes("/dist/");
}

function report(diagnostic) {
  failed++;
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
  const { file, start } = diagnostic;
  if (!file) return console.log(`error TS${diagnostic.code}: ${text}`);
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  console.log(`${relative(root, file.fileName)}:${line + 1}:${character + 1} - error TS${diagnostic.code}: ${text}`);
}
