// Type-checks and runs every ```ts block of the READMEs, the docs and the TSDoc comments, and asks that all public
// exports are documented. "// => value" after a statement is checked. Examples run from source, in one process.
import "./lib/node-version.mjs";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { withChecks } from "./lib/examples/assertions.mjs";
import { extract } from "./lib/examples/extract.mjs";
import { run } from "./lib/pnpm.mjs";
import { packages, root, sourceEntries, workspaces } from "./lib/workspace.mjs";

/** Packages whose public functions and classes must each have an @example. Add a package when it is finished. */
const examplesRequired = [
  "backend",
  "backend-cpu",
  "backend-wasm",
  "backend-gpu",
  "tensor",
  "layers",
  "conv",
  "recurrent",
  "optim",
  "data",
  "io",
  "train",
  "testing",
];

const generated = join(root, ".doc-examples");
const problems = [];
const examples = [...markdownFiles(), ...sourceFiles()].flatMap((path) =>
  extract(relative(root, path), readFileSync(path, "utf8")),
);

prepare();
const failedTypes = checkTypes();
const ran = await runExamples();
const failed = new Set([...failedTypes, ...ran.failed]);
for (const example of examples) {
  if (!example.problem) continue;
  failed.add(example);
  problems.push(`${example.path}:${example.line}: ${example.problem}`);
}
if (problems.length > 0) console.log(problems.join("\n"));
// A missing comment is a failure as well; a problem counts once.
const bad = Math.max(failed.size, problems.length > 0 ? 1 : 0);
console.log(`${examples.length - failed.size} passed, ${bad} failed`);
process.exitCode = bad > 0 ? 1 : 0;

function markdownFiles() {
  const readmes = [root, ...[...packages(), ...workspaces("examples")].map(({ dir }) => dir)].map((dir) =>
    join(dir, "README.md"),
  );
  return [...readmes.filter((path) => existsSync(path)), ...walk(join(root, "docs"), /\.md$/)];
}

function sourceFiles() {
  return packages().flatMap(({ dir }) => walk(join(dir, "src"), /(?<!\.(test|test-d|bench))\.ts$/));
}

function walk(dir, pattern) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return walk(path, pattern);
    return pattern.test(entry.name) ? [path] : [];
  });
}

// An example may import every package, whatever the package it stands in depends on.
function prepare() {
  rmSync(generated, { recursive: true, force: true });
  mkdirSync(generated, { recursive: true });
  writeFileSync(join(generated, "package.json"), '{ "type": "module" }\n');
  for (const { manifest, dir } of [...packages(), ...workspaces("examples")]) {
    const link = join(generated, "node_modules", manifest.name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(dir, link, "junction");
  }
  examples.forEach((example, i) => {
    const name = `${String(i).padStart(4, "0")}-${example.path.replace(/[^a-zA-Z0-9]+/g, "-")}`;
    example.file = join(generated, `${name}.ts`);
    writeFileSync(example.file, `${example.code}\nexport {};\n`);
    if (!example.run) return;
    try {
      example.runFile = join(generated, `${name}.run.ts`);
      writeFileSync(example.runFile, `${withChecks(example.code)}\nexport {};\n`);
    } catch (error) {
      example.runFile = undefined;
      example.problem ??= error.message;
    }
  });
}

function checkTypes() {
  const base = ts.readConfigFile(join(root, "tooling/tsconfig/base.json"), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent({ ...base, files: [] }, ts.sys, root);
  Object.assign(options, {
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: ["node"],
    // An example may define something only to show it.
    noUnusedLocals: false,
    noUnusedParameters: false,
  });
  const entries = packages().flatMap(({ dir, manifest }) =>
    Object.values(sourceEntries(manifest)).map((file) => join(dir, file)),
  );
  const indexes = packages().map(({ dir }) => join(dir, "src/index.ts"));
  const program = ts.createProgram(
    [...examples.map(({ file }) => file), ...entries.filter((file) => existsSync(file))],
    options,
  );
  const failures = new Set();
  for (const example of examples) {
    const file = program.getSourceFile(example.file);
    for (const diagnostic of [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]) {
      failures.add(example);
      const line = example.line + file.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line;
      problems.push(`${example.path}:${line}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`);
    }
  }
  for (const [i, { folder }] of packages().entries()) checkDocumented(program, indexes[i], folder);
  return failures;
}

function checkDocumented(program, index, folder) {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(index);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) return;
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations?.[0];
    // What comes from another package is documented there.
    if (!declaration?.getSourceFile().fileName.startsWith(`${dirname(index)}/`)) continue;
    const where = `packages/${folder}: ${exported.name}`;
    if (symbol.getDocumentationComment(checker).length === 0) {
      problems.push(`${where} is public and has no TSDoc comment (${place(declaration)})`);
    } else if (
      examplesRequired.includes(folder) &&
      symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class) &&
      !symbol.getJsDocTags(checker).some((tag) => tag.name === "example")
    ) {
      problems.push(`${where} is public and has no @example (${place(declaration)})`);
    }
  }
}

function place(declaration) {
  const file = declaration.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart());
  return `${relative(root, file.fileName).split(sep).join("/")}:${line + 1}`;
}

async function runExamples() {
  const failedRuns = new Set();
  const modules = examples.flatMap(({ runFile }, id) => (runFile ? [{ id, url: pathToFileURL(runFile).href }] : []));
  if (modules.length === 0) return { failed: failedRuns };
  const list = join(generated, "modules.json");
  const reports = join(generated, "reports.jsonl");
  writeFileSync(list, JSON.stringify(modules));
  writeFileSync(reports, "");
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const runner = fileURLToPath(new URL("./lib/examples/run.mjs", import.meta.url));
  const { output } = await run(process.execPath, ["--conditions=@nn/source", "--import", tsx, runner, list, reports], {
    cwd: generated,
  });
  const done = new Map();
  for (const line of readFileSync(reports, "utf8").split("\n").filter(Boolean)) {
    const entry = JSON.parse(line);
    done.set(entry.id, entry);
  }
  for (const { id } of modules) {
    const problem = done.has(id) ? done.get(id).problem : `did not finish\n${output}`;
    if (problem === undefined) continue;
    failedRuns.add(examples[id]);
    problems.push(`${examples[id].path}:${examples[id].line}: ${problem}`);
    if (!done.has(id)) break;
  }
  return { failed: failedRuns };
}
