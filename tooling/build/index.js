// The one build of every package: each source file that an entry point reaches becomes one ES module and one .d.ts.
// Files are not joined, so that a bundler drops whole files that are not used ("sideEffects": false).
import { readFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import ts from "typescript";

export function definePackage({ extra = [], ...rest } = {}) {
  const dir = process.cwd();
  const manifest = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
  const entries = Object.values(manifest.exports).flatMap((target) => target["@nn/source"] ?? []);
  const program = createProgram(dir, [...entries, ...extra]);
  const sources = program.getSourceFiles().filter((file) => isOwn(dir, file.fileName));
  return {
    entry: sources.filter((file) => !file.isDeclarationFile).map((file) => file.fileName.slice(dir.length + 1)),
    outDir: "dist",
    format: "esm",
    target: "es2022",
    platform: "neutral",
    bundle: false,
    splitting: false,
    sourcemap: true,
    minify: false,
    clean: true,
    silent: true,
    outExtension: () => ({ js: ".js" }),
    // tsup's own dts option joins all types with rollup and takes ten times as long.
    onSuccess: async () => emitTypes(program, dir),
    ...rest,
  };
}

// Dependencies resolve to what they publish, so the types are checked against what users will see.
function createProgram(dir, files) {
  const { options } = ts.getParsedCommandLineOfConfigFile(
    join(dir, "tsconfig.json"),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => fail([diagnostic], dir),
    },
  );
  return ts.createProgram(
    files.map((file) => resolve(dir, file)),
    {
      ...options,
      customConditions: [],
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: join(dir, "src"),
      outDir: join(dir, "dist"),
    },
  );
}

function emitTypes(program, dir) {
  const problems = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (problems.length > 0) fail(problems, dir);
}

function fail(diagnostics, dir) {
  const format = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => dir, getNewLine: () => "\n" };
  console.error(ts.formatDiagnostics(diagnostics, format));
  process.exit(1);
}

function isOwn(dir, name) {
  return name.startsWith(join(dir, "src") + sep);
}
