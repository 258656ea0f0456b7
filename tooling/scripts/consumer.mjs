// The packages as a user meets them: see tooling/consumer/README.md.
import "./lib/node-version.mjs";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build as esbuild, transform } from "esbuild";
import ts from "typescript";
import { build as vite } from "vite";
import webpack from "webpack";
import { run } from "./lib/pnpm.mjs";
import { packAll } from "./lib/tarballs.mjs";
import { root } from "./lib/workspace.mjs";

const project = mkdtempSync(join(tmpdir(), "nn-consumer-"));
const programs = readPrograms(join(root, "tooling/consumer/programs"));
const results = { passed: 0, failed: 0 };

try {
  const packed = await packAll("consumer");
  await install(packed);
  const entries = packed.flatMap(({ manifest }) => entryPoints(manifest));
  writePrograms(entries);
  checkTypes("nodenext");
  checkTypes("bundler");
  await emitPrograms();
  await bundlePrograms();
  await runAll(entries);
} catch (error) {
  result("consumer", error.stack);
} finally {
  if (results.failed === 0) rmSync(project, { recursive: true, force: true });
  else console.log(`The project is left in ${project}`);
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed > 0 ? 1 : 0;

function readPrograms(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({
      name: basename(file, ".ts"),
      node: file.startsWith("node-"),
      text: readFileSync(join(folder, file), "utf8"),
    }));
}

// Every package comes from its tarball, the ones that packages depend on as well.
async function install(packed) {
  const dependencies = Object.fromEntries(packed.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]));
  const manifest = {
    name: "consumer",
    version: "1.0.0",
    private: true,
    type: "module",
    dependencies,
    overrides: dependencies,
  };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest, null, 2));
  const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { code, output } = await run(npm, ["install", ...flags], { cwd: project });
  if (code !== 0) throw new Error(`npm install failed\n${output}`);
  for (const { manifest } of packed) {
    const license = existsSync(join(project, "node_modules", manifest.name, "LICENSE"));
    result(`${manifest.name} has its LICENSE`, license ? undefined : "LICENSE is missing");
  }
}

// A target that is a plain string is a file (package.json, data), not a module.
function entryPoints(manifest) {
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === "object")
    .map(([subpath]) => manifest.name + subpath.slice(1));
}

function writePrograms(entries) {
  mkdirSync(join(project, "src"));
  for (const { name, text } of programs) writeFileSync(join(project, "src", `${name}.ts`), text);
  const importAll = (list) =>
    list.map((entry, i) => `import * as entry${i} from "${entry}";\nvoid entry${i};\n`).join("");
  writeFileSync(join(project, "src/all-entries.ts"), importAll(entries.filter((entry) => !isNode(entry))));
  writeFileSync(join(project, "src/all-node-entries.ts"), importAll(entries.filter(isNode)));
}

function isNode(entry) {
  return entry.endsWith("/node");
}

// The declarations are checked too. Only those of entries called node may need Node's types; the others do without them
// and without the DOM.
function checkTypes(moduleResolution) {
  const named = (node) => programs.filter((program) => program.node === node).map(({ name }) => name);
  checkProgram(`types under ${moduleResolution}`, [...named(false), "all-entries"], moduleResolution, {
    types: [],
    skipLibCheck: false,
  });
  checkProgram(`types under ${moduleResolution}, with Node`, [...named(true), "all-node-entries"], moduleResolution, {
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
    // Node's own declarations are not ours to check.
    skipLibCheck: true,
  });
}

function checkProgram(name, files, moduleResolution, options) {
  const nodenext = moduleResolution === "nodenext";
  const program = ts.createProgram(
    files.map((file) => join(project, "src", `${file}.ts`)),
    {
      module: nodenext ? ts.ModuleKind.NodeNext : ts.ModuleKind.ESNext,
      moduleResolution: nodenext ? ts.ModuleResolutionKind.NodeNext : ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts"],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      ...options,
    },
  );
  const format = { getCanonicalFileName: (file) => file, getCurrentDirectory: () => project, getNewLine: () => "\n" };
  const problems = ts.getPreEmitDiagnostics(program);
  result(name, problems.length > 0 ? ts.formatDiagnostics(problems, format) : undefined);
}

async function emitPrograms() {
  mkdirSync(join(project, "out"));
  for (const { name, text } of programs) {
    const { code } = await transform(text, { loader: "ts", format: "esm", target: "es2022" });
    writeFileSync(join(project, "out", `${name}.mjs`), code);
  }
}

async function bundlePrograms() {
  for (const { name, node } of programs) {
    if (node) continue;
    const entry = join(project, "src", `${name}.ts`);
    await attempt(`${name} bundled by esbuild`, () =>
      esbuild({
        entryPoints: [entry],
        outfile: join(project, "out", `${name}.esbuild.mjs`),
        absWorkingDir: project,
        bundle: true,
        format: "esm",
        platform: "browser",
        target: "es2022",
        logLevel: "silent",
      }),
    );
    await attempt(`${name} bundled by Vite`, () =>
      vite({
        root: project,
        configFile: false,
        logLevel: "silent",
        build: {
          outDir: join(project, "out/vite", name),
          target: "es2022",
          lib: { entry, formats: ["es"], fileName: () => `${name}.mjs` },
        },
      }),
    );
    await attempt(`${name} bundled by webpack`, () => bundleByWebpack(name));
  }
}

// Without a loader webpack reads no TypeScript, so it gets the program as JavaScript.
async function bundleByWebpack(name) {
  const compiler = webpack({
    mode: "production",
    target: ["web", "es2022"],
    context: project,
    entry: join(project, "out", `${name}.mjs`),
    experiments: { outputModule: true },
    output: {
      path: join(project, "out/webpack", name),
      filename: `${name}.mjs`,
      module: true,
      library: { type: "module" },
    },
    // A bundle of several hundred kilobytes is expected of the program that trains a network.
    performance: { hints: false },
  });
  const stats = await new Promise((resolve, reject) =>
    compiler.run((error, done) =>
      compiler.close((closing) => ((error ?? closing) ? reject(error ?? closing) : resolve(done))),
    ),
  );
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString({ colors: false, errorDetails: true }));
}

// One Node process for all entry points and programs: a line of JSON for each.
async function runAll(entries) {
  const made = programs.flatMap(({ name, node }) => [
    [`${name} runs`, `${name}.mjs`],
    ...(node
      ? []
      : [
          [`${name} runs, bundled by esbuild`, `${name}.esbuild.mjs`],
          [`${name} runs, bundled by Vite`, `vite/${name}/${name}.mjs`],
          [`${name} runs, bundled by webpack`, `webpack/${name}/${name}.mjs`],
        ]),
  ]);
  const files = made.map(([title, file]) => [title, pathToFileURL(join(project, "out", file)).href]);
  writeFileSync(
    join(project, "run.mjs"),
    `import { appendFileSync } from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const attempt = async (title, action) => {
  let problem;
  try { await action(); } catch (error) { problem = String(error?.stack ?? error); }
  appendFileSync("results.jsonl", JSON.stringify({ title, problem }) + "\\n");
};
for (const entry of ${JSON.stringify(entries)}) {
  await attempt(\`import("\${entry}")\`, () => import(entry));
  await attempt(\`require("\${entry}")\`, () => require(entry));
}
for (const [title, file] of ${JSON.stringify(files)}) {
  await attempt(title, async () => {
    if (!(await (await import(file)).default)) throw new Error("its default export is not true");
  });
}
process.exit(0);
`,
  );
  const { output, code } = await run(process.execPath, ["--disable-warning=ExperimentalWarning", "run.mjs"], {
    cwd: project,
  });
  const lines = readFileSync(join(project, "results.jsonl"), "utf8").split("\n").filter(Boolean);
  for (const line of lines) {
    const { title, problem } = JSON.parse(line);
    result(title, problem);
  }
  if (code !== 0 || lines.length !== entries.length * 2 + files.length) result("run", output);
}

async function attempt(title, action) {
  try {
    await action();
    result(title);
  } catch (error) {
    result(title, error.message);
  }
}

function result(title, problem) {
  if (problem === undefined) return results.passed++;
  results.failed++;
  console.log(`✗ ${title}\n${problem}\n`);
}
