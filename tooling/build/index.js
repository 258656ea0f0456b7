// The one build of every package: each source file that an entry point reaches becomes one ES module and one .d.ts.
// Files are not joined, so that a bundler drops whole files that are not used ("sideEffects": false).
import { readFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { build } from "esbuild";
import ts from "typescript";

export function definePackage({ extra = [], inline = [], node = false, ...rest } = {}) {
  const dir = process.cwd();
  const manifest = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
  const entries = Object.values(manifest.exports).flatMap((target) => target["@nn/source"] ?? []);
  const files = [...entries, ...extra];
  // Tests may use Node's types, what runs in browsers may not: only entries named node see them.
  const needsNode = (file) => node || /(^|[/.])node\.ts$/.test(file);
  const neutral = files.filter((file) => !needsNode(file));
  const programs = [createProgram(dir, neutral, [])];
  if (neutral.length < files.length) programs.push(createProgram(dir, files.filter(needsNode), ["node"]));
  const sources = new Set(programs.flatMap((program) => program.getSourceFiles().map((file) => file.fileName)));
  return {
    entry: [...sources]
      .filter((file) => isOwn(dir, file))
      .map((file) => file.slice(dir.length + 1))
      .filter((file) => !inline.includes(file)),
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
    onSuccess: async () => {
      for (const program of programs) emitTypes(program, dir);
      if (inline.length > 0) await bundle(dir, inline);
    },
    ...rest,
  };
}

// Each file with everything that it imports, so that the package does not depend on it; what several need, they share.
async function bundle(dir, files) {
  await build({
    absWorkingDir: dir,
    entryPoints: files,
    outbase: "src",
    outdir: "dist",
    chunkNames: "vendor/[name]-[hash]",
    splitting: true,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    minify: true,
    legalComments: "none",
    banner: { js: "// Contains code of others; see THIRD-PARTY-NOTICES." },
    logLevel: "warning",
  });
}

// Dependencies resolve to what they publish, so the types are checked against what users will see.
function createProgram(dir, files, types) {
  const { options } = ts.getParsedCommandLineOfConfigFile(
    join(dir, "tsconfig.json"),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => fail([diagnostic], dir) },
  );
  return ts.createProgram(
    files.map((file) => resolve(dir, file)),
    {
      ...options,
      types,
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
  return name.startsWith(join(dir, "src") + sep) && !name.endsWith(".d.ts");
}
