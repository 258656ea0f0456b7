// Child of examples.mjs: imports the generated modules one after the other, in one process, and reports a line for each.
import { appendFileSync, readFileSync } from "node:fs";
import { format, inspect } from "node:util";
import { matches } from "./assertions.mjs";

const seconds = 30;
const modules = JSON.parse(readFileSync(process.argv[2], "utf8"));
const report = (entry) => appendFileSync(process.argv[3], `${JSON.stringify(entry)}\n`);
let fail = () => {};

globalThis.__format = format;
globalThis.__check = (value, text, line) => {
  if (matches(value, text)) return value;
  throw new Error(`line ${line} of the example\n  got      ${inspect(value, { depth: 8 })}\n  expected ${text}`);
};
process.on("unhandledRejection", (error) => fail(error));
process.on("uncaughtException", (error) => fail(error));
// What an example prints is for its reader.
for (const method of ["log", "info", "warn", "error", "table", "debug"]) console[method] = () => {};

for (const { id, url } of modules) {
  let timer;
  const trouble = new Promise((_, reject) => {
    fail = reject;
    timer = setTimeout(() => reject(new Error(`took longer than ${seconds} s`)), seconds * 1000);
  });
  trouble.catch(() => {});
  // Each example starts with the default backend and the default random stream.
  const runtime = globalThis[Symbol.for("nn.runtime.1")];
  if (runtime) Object.assign(runtime, { backend: null, generator: null });
  const start = performance.now();
  try {
    await Promise.race([import(url), trouble]);
    report({ id, ms: Math.round(performance.now() - start) });
  } catch (error) {
    report({ id, problem: error?.stack ?? String(error) });
  }
  clearTimeout(timer);
}
process.exit(0);
