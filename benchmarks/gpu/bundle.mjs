// One script for each entrant: tfjs is no module that Node loads by itself, and a page needs one file anyway.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @param entry "in-node.mjs" or "in-page.mjs" */
export async function bundle(entry, entrant, platform) {
  const { outputFiles } = await build({
    entryPoints: [here(entry)],
    alias: { ENTRANT: here(`entrants/${entrant}.mjs`) },
    bundle: true,
    format: "esm",
    platform,
    mainFields: ["module", "main"],
    target: "es2022",
    conditions: ["@nn/source"],
    nodePaths: [here("node_modules")],
    external: ["node:*", "webgpu"],
    // What is CommonJS still asks for Node's own modules.
    banner:
      platform === "node"
        ? { js: 'import{createRequire as c_}from"node:module";const require=c_(import.meta.url);' }
        : {},
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}
