// Ours beside the peers: one thread each, the same operands, results checked against each other before any clock starts.
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { measure } from "./measure.mjs";
import { jaxJs } from "./peers/jax-js.mjs";
import { ortNode, ortWeb } from "./peers/onnxruntime.mjs";
import { ours } from "./peers/ours.mjs";
import { pytorch } from "./peers/pytorch.mjs";
import { tfjs } from "./peers/tfjs.mjs";
import { measureProcess } from "./processes.mjs";
import { rows } from "./rows/all.mjs";
import { flatRows, printRow } from "./table.mjs";
import { environment, writeDocs } from "./write-docs.mjs";

const usage = `pnpm bench [filter] [--quick] [--json FILE] [--docs]

  filter      only rows whose name, shape or area holds this text
  --quick     a few rows, few repetitions: does it run?
  --json      writes the figures to FILE
  --docs      writes the tables of docs/benchmarks.md and README.md`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    docs: { type: "boolean", default: false },
    json: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const filter = (positionals[0] ?? "").toLowerCase();
const chosen = rows.filter(
  (row) =>
    `${row.area} ${row.name} ${row.shape}`.toLowerCase().includes(filter) && (!values.quick || filter || row.quick),
);
if (chosen.length === 0) {
  console.error(`No row holds "${filter}". Areas: ${[...new Set(rows.map((row) => row.area))].join(", ")}.`);
  process.exit(1);
}

const sides = { wasm: await ours("wasm"), cpu: await ours("cpu") };
const loaders = {
  "tfjs-wasm": () => tfjs("wasm"),
  "tfjs-cpu": () => tfjs("cpu"),
  "ort-web": ortWeb,
  "ort-node": ortNode,
  "jax-js": jaxJs,
  pytorch,
};
const peers = new Map();
for (const [name, load] of Object.entries(loaders)) {
  const peer = await load();
  if (peer !== undefined) peers.set(name, peer);
}

const about = environment([...peers.values()]);
console.log(`${about.lines.join("\n")}\n`);
const started = performance.now();
const load = [loadavg()[0]];
const measured = [];
let failures = 0;
let area;
for (const row of chosen) {
  if (row.area !== area) console.log(`\n${(area = row.area)}`);
  try {
    const results =
      row.op === "process"
        ? await measureProcess(row, values.quick)
        : await measure(
            row,
            sides[row.backend ?? "wasm"],
            row.peers.map((name) => peers.get(name)).filter(Boolean),
            values.quick,
          );
    measured.push({ row, results });
    printRow(row, results);
  } catch (error) {
    failures++;
    console.error(`  ✗ ${error.message}`);
  }
  load.push(loadavg()[0]);
}
for (const peer of peers.values()) peer.close?.();

const minutes = (performance.now() - started) / 60_000;
const busy = load.reduce((sum, value) => sum + value, 0) / load.length;
console.log(
  `\n${measured.length} rows in ${minutes.toFixed(1)} minutes, average load ${busy.toFixed(1)}, ${failures} failed`,
);
if (values.json) {
  const file = resolve(process.env.BENCH_CWD ?? ".", values.json);
  writeFileSync(
    file,
    `${JSON.stringify({ about: { ...about.facts, load: busy }, rows: flatRows(measured) }, null, 2)}\n`,
  );
}
if (values.docs) writeDocs(measured, about, busy);
process.exit(failures > 0 ? 1 : 0);
