// Chromium with the GPU of the machine; a page for each entrant.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { bundle } from "./bundle.mjs";

const candidates = [
  process.env.NN_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** @returns `{ run(task, entrant, options), close() }`; throws where there is none */
export async function openChromium() {
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined)
    throw new Error("no Chromium was found: apt-get install chromium, or name one in NN_CHROMIUM");
  // A page must be served from localhost: WebGPU wants a secure origin.
  const scripts = new Map();
  const server = createServer(({ url }, response) => {
    const script = scripts.get(url);
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? "<!doctype html><meta charset=utf-8>");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  const args = [
    "--no-sandbox",
    "--headless=new",
    "--enable-unsafe-webgpu",
    "--enable-features=Vulkan",
    "--use-angle=vulkan",
  ];
  const browser = await chromium.launch({ executablePath, args });
  return {
    async run(task, entrant, options) {
      scripts.set(`/${entrant}.js`, await bundle("in-page.mjs", entrant, "browser"));
      const page = await browser.newPage();
      try {
        page.setDefaultTimeout(0);
        await page.goto(address);
        await page.addScriptTag({ url: `/${entrant}.js`, type: "module" });
        await page.waitForFunction("globalThis.measure !== undefined", undefined, { timeout: 60_000 });
        return await page.evaluate(([name, how]) => globalThis.measure(name, how), [task, options]);
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
