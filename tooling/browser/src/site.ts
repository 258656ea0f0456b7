import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";

/** Bundles a script that imports a module, from the sources of the packages. */
async function bundle(module: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `import "${module}";`, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    conditions: ["@nn/source"],
    logLevel: "silent",
  });
  return outputFiles[0].text;
}

const isolated = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const strict = {
  "Content-Security-Policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
};

/** Headers of the pages by their first folder. */
const headersOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: {},
  isolated,
  strict: { ...isolated, ...strict },
};

/** A site with a page that holds the tasks, once for each set of headers, and the worker's script beside it. */
export async function serve(): Promise<{ readonly address: string; close(): void }> {
  const main = await bundle("./main.ts");
  const worker = await bundle("@nn/backend-wasm/worker");
  const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
    "page.html": ["text/html", '<!doctype html><link rel="icon" href="data:,"><script src="main.js"></script>'],
    "main.js": ["text/javascript", main],
    "worker.js": ["text/javascript", worker],
  };
  const server = createServer((request, response) => {
    const [, kind, name] = (request.url ?? "").split("/");
    const file = files[name];
    if (file === undefined || !(kind in headersOf)) response.writeHead(404).end();
    else response.writeHead(200, { ...headersOf[kind], "Content-Type": file[0] }).end(file[1]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
