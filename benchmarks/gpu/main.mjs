// Ours beside jax-js and tfjs on the GPU of this machine, in Node and in Chromium.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.mjs";
import { openChromium } from "./chromium.mjs";
import { reference } from "./entrants/ours.mjs";
import { rowsFor } from "./rows.mjs";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  console.log(`pnpm bench:gpu [--quick] [--json FILE]

  --quick     small shapes: does it run, and is it right?
  --json      writes the figures to FILE`);
  process.exit(0);
}

const entrants = ["ours", "jax-js", "tfjs"];
const places = {
  Node: async () => ({ run: inNode, close: () => {} }),
  Chromium: openChromium,
};

const found = {};
let failures = 0;
for (const [place, open] of Object.entries(places)) {
  console.log(`\nIn ${place}`);
  try {
    const { run, close } = await open();
    found[place] = await measure(run);
    await close();
  } catch (error) {
    console.log(`  cannot: ${String(error.message ?? error).split("\n")[0]}`);
  }
}
if (values.json) {
  const file = resolve(process.env.BENCH_CWD ?? ".", values.json);
  writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
}
process.exit(failures > 0 ? 1 : 0);

async function measure(run) {
  const top = await run("ceiling", "ours");
  // Small shapes too where a CPU plays the GPU: the others take it hours.
  const plan = values.quick || top.software ? "quick" : "full";
  console.log(`  ${top.adapter}`);
  if (top.software) console.log("  This is a software adapter: results are checked, times would say nothing of a GPU.");
  else console.log(`  ceiling: ${tera(top.flops)} TFLOP/s in fma, ${giga(top.bytes)} GB/s in a copy`);
  const losses = await reference(rowsFor(plan).find(({ op }) => op === "cnnStep"));
  const results = {};
  for (const entrant of entrants) {
    const options = { plan, losses, timed: !top.software };
    const result = await run(entrant, entrant, options).catch((error) => ({
      cannot: String(error.message ?? error).split("\n")[0],
    }));
    results[entrant] = result;
    print(entrant, result, top);
    if (entrant === "ours") failures += (result.rows ?? [result]).filter(({ cannot }) => cannot !== undefined).length;
  }
  return { ...top, results };
}

function print(entrant, { cannot, rows = [] }, top) {
  if (cannot !== undefined) console.log(`  ${entrant.padEnd(8)} cannot: ${cannot}`);
  for (const { title, ms, flops, cannot } of rows) {
    const figure = cannot !== undefined ? `cannot: ${cannot}` : ms === undefined ? "right" : timed(ms, flops, top);
    console.log(`  ${entrant.padEnd(8)} ${title.padEnd(48)} ${figure}`);
  }
}

function timed(ms, flops, top) {
  if (flops === undefined) return `${ms.toFixed(3)} ms`;
  const rate = flops / (ms / 1000);
  return `${ms.toFixed(3)} ms   ${tera(rate)} TFLOP/s   ${((100 * rate) / top.flops).toFixed(0)} % of the ceiling`;
}

function tera(rate) {
  return (rate / 1e12).toFixed(2);
}

function giga(rate) {
  return (rate / 1e9).toFixed(0);
}

async function inNode(task, entrant, options) {
  const file = join(import.meta.dirname, "node_modules", `.${entrant}.mjs`);
  writeFileSync(file, await bundle("in-node.mjs", entrant, "node"));
  const flags = [file, JSON.stringify([task, options])];
  const child = spawn(process.execPath, flags, { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (errors += chunk));
  return new Promise((resolve, reject) => {
    child.on("close", (code, signal) => {
      // The libraries print too; the result is the last line.
      const line = output.trimEnd().split("\n").at(-1);
      try {
        resolve(JSON.parse(line));
      } catch {
        const lines = errors.trim().split("\n");
        const told = lines.find((text) => /error/i.test(text)) ?? lines.at(-1);
        reject(new Error(`${entrant} ended with ${signal ?? code}: ${told || "without a word"}`));
      }
    });
  });
}
