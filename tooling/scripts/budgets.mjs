// What common imports cost in a browser bundle: minified by esbuild, gzipped, against a limit in kB.
import "./lib/node-version.mjs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { packages, root } from "./lib/workspace.mjs";

/** Limits are a little above what was measured when they were set. Raise one on purpose, with the reason in the commit. */
const budgets = [
  { name: "backend: dtypes only", limit: 1, code: `export { typedArray } from "@nn/backend";` },
  { name: "tensor + cpu", limit: 30, code: `export { tensor } from "@nn/tensor";` },
  // Joined to one file. Where a bundler splits, a page loads one engine: some 50 kB less.
  { name: "gpu, all engines", limit: 150, code: `export { gpu } from "@nn/backend-gpu";` },
  { name: "wasm, with its module", limit: 105, code: `export { wasm } from "@nn/backend-wasm";` },
  {
    name: "LeNet, trained on the cpu",
    limit: 45,
    code: `
      export { Conv2d, MaxPool2d } from "@nn/conv";
      export { crossEntropy, flatten, Linear, relu, Sequential } from "@nn/layers";
      export { adam } from "@nn/optim";
      export { tensor, valueAndGrad } from "@nn/tensor";
    `,
  },
  {
    name: "LSTM, trained on the cpu",
    limit: 40,
    code: `
      export { crossEntropy, Embedding, Linear } from "@nn/layers";
      export { adam } from "@nn/optim";
      export { LSTM } from "@nn/recurrent";
      export { tensor, valueAndGrad } from "@nn/tensor";
    `,
  },
  {
    name: "CTC and decoders alone",
    limit: 30,
    code: `export { beamSearch, ctcBeamSearch, ctcLoss } from "@nn/recurrent";`,
  },
];

const alias = Object.fromEntries(packages().map(({ manifest, dir }) => [manifest.name, dir]));
let failed = 0;
for (const { name, limit, code } of budgets) {
  const { kB, problem } = await measure(code);
  const ok = problem === undefined && kB <= limit;
  if (!ok) failed++;
  console.log(
    `${name.padEnd(28)} ${kB.toFixed(1).padStart(6)} kB of ${limit}${ok ? "" : `   ${problem ?? "too much"}`}`,
  );
}
console.log(`${budgets.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function measure(code) {
  try {
    const result = await build({
      stdin: { contents: code, resolveDir: root, loader: "js" },
      absWorkingDir: root,
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      write: false,
      logLevel: "silent",
      // From the root nothing is installed under these names; the built packages stand in for them.
      plugins: [{ name: "workspace", setup: resolveWorkspace }],
    });
    return { kB: gzipSync(result.outputFiles[0].contents, { level: 9 }).length / 1000 };
  } catch (error) {
    return { kB: 0, problem: error.errors?.map((entry) => entry.text).join("; ") ?? String(error) };
  }
}

function resolveWorkspace(build) {
  build.onResolve({ filter: /^@nn\// }, ({ path, kind, pluginData }) => {
    if (pluginData === "done") return undefined;
    const name = path.split("/").slice(0, 2).join("/");
    if (!alias[name]) return undefined;
    // A package may import itself by name, so its own folder resolves all of its subpaths.
    return build.resolve(path, { kind, resolveDir: join(alias[name], "src"), pluginData: "done" });
  });
}
