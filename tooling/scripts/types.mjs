// Type-checks every tsconfig.json of the workspace in one process. A parsed file is shared by all programs, and each
// program reports on the files of its own package only, so that no package is checked once for every dependent.
import "./lib/node-version.mjs";
import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "typescript";
import { root, workspaces } from "./lib/workspace.mjs";

const parsed = new Map();
let files = 0;
let failed = 0;
/** "No inputs were found": a package may be empty still. */
const noInputs = 18003;

for (const { dir } of ["packages", "tooling", "apps", "examples"].flatMap((group) => workspaces(group))) {
  const path = join(dir, "tsconfig.json");
  if (!existsSync(path)) continue;
  const config = ts.getParsedCommandLineOfConfigFile(
    path,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: report },
  );
  if (!config) continue;
  config.errors.filter((error) => error.code !== noInputs).forEach(report);

  const program = ts.createProgram(config.fileNames, config.options, sharingHost(config.options));
  const own = program
    .getSourceFiles()
    .filter((file) => file.fileName.startsWith(dir + sep) && !isForeign(file.fileName));
  for (const file of own) {
    program.getSyntacticDiagnostics(file).forEach(report);
    program.getSemanticDiagnostics(file).forEach(report);
  }
  program.getOptionsDiagnostics().forEach(report);
  files += own.length;
}

if (failed === 0) console.log(`summary: ${files} files`);
process.exitCode = failed > 0 ? 1 : 0;

function sharingHost(options) {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (name, languageVersion, ...rest) => {
    // Options that change how a file is parsed are the same everywhere; module format is the one that may differ.
    const key = `${name} ${languageVersion.impliedNodeFormat ?? ""}`;
    if (!parsed.has(key)) parsed.set(key, read(name, languageVersion, ...rest));
    return parsed.get(key);
  };
  return host;
}

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
