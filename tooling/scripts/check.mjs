// pnpm check [--only step,step]: the full gate, cheapest step first. Stops at the first step that fails.
import "./lib/node-version.mjs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pnpm, run } from "./lib/pnpm.mjs";
import { root } from "./lib/workspace.mjs";

const script = (name, ...args) => run(process.execPath, [join(root, "tooling/scripts", name), ...args]);

const wasmBuild = join(root, "packages/backend-wasm/scripts/build-wasm.mjs");

/** Name, what it checks, how. A step that counts its checks ends its output with "N passed, N failed". */
const steps = [
  ["lint", "format and lint", () => pnpm(["exec", "biome", "ci", "--error-on-warnings", "--colors=off"])],
  ["imports", "import directions", () => script("imports.mjs")],
  ["manifests", "package.json files", () => script("manifests.mjs")],
  ["types", "types and type tests", () => script("types.mjs")],
  ["tests", "unit tests", () => script("tests.mjs")],
  ["examples", "README and TSDoc examples", () => script("examples.mjs")],
  ["module", "the embedded WebAssembly", () => run(process.execPath, [wasmBuild, "--check"])],
  ["build", "build", () => pnpm(["exec", "turbo", "run", "build", "--output-logs=errors-only"])],
  ["published", "publint, are the types wrong", () => script("published.mjs")],
  ["budgets", "bundle budgets", () => script("budgets.mjs")],
  ["consumer", "installed as a user would", () => script("consumer.mjs")],
  ["unused", "unused files and exports", () => pnpm(["exec", "knip", "--no-progress", "--no-config-hints"])],
];

const { values } = parseArgs({ options: { only: { type: "string" }, help: { type: "boolean", short: "h" } } });
if (values.help) {
  console.log("pnpm check [--only step,step]\n");
  for (const [name, title] of steps) console.log(`  ${name.padEnd(10)} ${title}`);
  process.exit(0);
}

const only = values.only?.split(",");
const unknown = only?.find((name) => !steps.some((step) => step[0] === name));
if (unknown !== undefined) {
  console.error(`No step is called "${unknown}". There are: ${steps.map((step) => step[0]).join(", ")}.`);
  process.exit(1);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const started = performance.now();
let failed = false;
for (const [name, title, check] of steps) {
  if (only && !only.includes(name)) continue;
  const start = performance.now();
  const { code, output } = await check();
  const { text, counts } = readCounts(output, code);
  for (const key of Object.keys(total)) total[key] += counts[key];
  const label = `${name.padEnd(10)} ${title.padEnd(28)} ${seconds(start)}`;
  if (code !== 0) {
    console.log(`✗ ${label}\n\n${text}\nStopped at "${name}". Again: pnpm check --only ${name}`);
    failed = true;
    break;
  }
  console.log(`✓ ${label}   ${summary(counts, text)}`);
  if (only) console.log(text);
}
console.log(`\n${seconds(started).trim()}\n`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = failed || total.failed > 0 ? 1 : 0;

function readCounts(output, code) {
  const line = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m;
  const match = output.match(line);
  const text = output.replace(line, "").trimEnd();
  if (!match) return { text, counts: { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 } };
  const counts = { passed: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3] ?? 0) };
  // A step may fail without a failed check, at a broken import for example.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return { text, counts };
}

function summary(counts, text) {
  const note = text.match(/^summary: (.*)$/m)?.[1];
  if (note) return note;
  return counts.passed > 1 ? `${counts.passed} passed${counts.skipped ? `, ${counts.skipped} skipped` : ""}` : "";
}

function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`.padStart(7);
}
