// The rows about loading. Ours and every peer's program is bundled by esbuild in the same way: for a browser to be weighed,
// for Node to be started.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { onnxModel } from "./peers/onnx-model.mjs";

const dir = import.meta.dirname;
const modules = join(dir, "node_modules");

/** The WebAssembly that a page loads beside the script. Ours and that of jax-js is in it, or made by it. */
const binaries = {
  "tfjs-wasm": join(modules, "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"),
  "ort-web": join(modules, "onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"),
};
const files = {
  "tfjs-wasm": join(modules, "@tensorflow/tfjs-backend-wasm/dist/"),
  "ort-web": pathToFileURL(join(modules, "onnxruntime-web/dist/")).href,
};

export function measureProcess(row, quick) {
  const names = ["ours", ...row.peers];
  return row.size
    ? Promise.all(names.map((name) => weigh(row.program, name)))
    : start(row.program, names, quick ? 3 : 11);
}

const model = onnxModel([["MatMul", ["a", "a"]]], {}, ["a", [2, 2]]);
// A bundle imports these where it finds itself in Node.
const nodeOnly = ["node:*", "fs", "path", "os", "module", "worker_threads", "perf_hooks", "crypto", "util"];

async function bundle(program, name, options) {
  const result = await build({
    entryPoints: [join(dir, "programs", program, `${name}.mjs`)],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    // Without this a bundle for Node takes CommonJS, of which nothing is dropped.
    mainFields: ["module", "main"],
    write: false,
    outdir: "out",
    logLevel: "error",
    define: { BENCH_FILES: JSON.stringify(files[name] ?? ""), BENCH_MODEL: `[${model.join()}]` },
    alias: ours,
    conditions: ["@nn/source"],
    ...options,
  });
  return result.outputFiles;
}

const ours = Object.fromEntries(
  readdirSync(join(dir, "../packages")).map((folder) => [
    `@nn/${folder}`,
    join(dir, "../packages", folder, "src/index.ts"),
  ]),
);

async function weigh(program, name) {
  // What is imported lazily, such as the GPU backends of jax-js, is in files of its own and not counted but where the
  // program needs it.
  const outputs = await bundle(program, name, { platform: "browser", splitting: true, external: nodeOnly });
  const needed = loaded(outputs, name);
  const script = needed.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0);
  const binary = binaries[name] === undefined ? 0 : gzipSync(readFileSync(binaries[name]), { level: 9 }).length;
  return { name, kB: (script + binary) / 1000 };
}

/** The entry and what it imports statically. */
function loaded(outputs, name) {
  const byName = new Map(outputs.map((file) => [file.path.split(/[\\/]/).at(-1), file]));
  const seen = new Set();
  const visit = (file) => {
    if (file === undefined || seen.has(file)) return;
    seen.add(file);
    for (const [, path] of file.text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) visit(byName.get(path));
  };
  visit(byName.get(`${name}.js`));
  return [...seen];
}

/** From the start of Node to the line with the result. Processes take turns. */
async function start(program, names, rounds) {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const runs = [];
    for (const name of names) {
      const [{ contents }] = await bundle(program, name, {
        platform: "node",
        banner: { js: nodeBanner },
      });
      const file = join(folder, `${name}.mjs`);
      writeFileSync(file, contents);
      runs.push({ name, file, times: [] });
    }
    for (let round = 0; round < rounds; round++) {
      for (const run of runs) {
        const { ms, line } = await firstLine(run.file);
        // The product is known; a loss depends on weights that each library draws for itself.
        const right = program === "matmul" ? line === "7,10,15,22" : Number.isFinite(Number(line));
        if (!right) throw new Error(`${program} of ${run.name} printed ${line}`);
        run.times.push(ms);
      }
    }
    return runs.map(({ name, times }) => ({ name, ms: times.sort((a, b) => a - b)[times.length >> 1], runs: rounds }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Bundled CommonJS asks for these.
const nodeBanner = `import{createRequire as c_}from"node:module";const require=c_(import.meta.url);const __dirname=import.meta.dirname,__filename=import.meta.filename;`;

function firstLine(file) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    child.stderr.on("data", (chunk) => (errors += chunk));
    let ms;
    let line;
    child.stdout.once("data", (chunk) => {
      ms = performance.now() - begun;
      line = String(chunk).trim();
    });
    child.on("exit", () => (ms === undefined ? reject(new Error(errors.slice(-500))) : resolve({ ms, line })));
  });
}
