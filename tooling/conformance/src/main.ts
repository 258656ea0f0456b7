// What runs on headless-gl: on the main thread of a process without another GPU driver, see gpu-headlessgl-process.ts.
import { cpu } from "@nn/backend-cpu";
import { gpu } from "@nn/backend-gpu";
import { wasm } from "@nn/backend-wasm";
import { microseconds, runGlChecks } from "./gl-checks.js";
import { gpuTolerances } from "./gpu-tolerances.js";
import { type Report, reportOn } from "./report.js";
import { loadBatches } from "./swap/batches.js";
import { type Moved, movesAlong } from "./swap/moves.js";
import { thereAndBack } from "./swap/routes.js";
import { trainings } from "./swap/trainings.js";

interface HeadlessReport extends Report {
  readonly checks: readonly string[];
  readonly microseconds: { readonly enqueued: number; readonly done: number };
}

const make = () => gpu({ prefer: "headlessgl" });

/** All that is checked of the backend by itself. */
async function conformance(): Promise<HeadlessReport> {
  const checks = await runGlChecks(make);
  const backend = await make();
  const times = await microseconds(backend);
  await backend.dispose();
  const report = await reportOn(make, { trustOracle: true, tolerances: gpuTolerances });
  return { ...report, checks, microseconds: times };
}

/** Trainings that move to it and away from it, by title. */
async function swap(): Promise<Readonly<Record<string, Moved>>> {
  const backends = { headlessgl: await make(), cpu: cpu(), wasm: await wasm({ threads: 1 }) };
  const names = thereAndBack<keyof typeof backends>("headlessgl", ["cpu", "wasm"]);
  const route = names.map((name) => [name, backends[name]] as const);
  const batches = await loadBatches();
  const result: Record<string, Moved> = {};
  for (const training of trainings) result[training.title] = await movesAlong(route, training, batches);
  return result;
}

const tasks = { conformance, swap };
/** The tasks as tests see them. They print what they give, as JSON. */
export type Tasks = typeof tasks;

console.log(JSON.stringify(await tasks[process.argv[2] as keyof Tasks]()));
