import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readFile, writeFileAtomic } from "@nn/io/node";
import { DataError } from "@nn/tensor";
import { makeFolder, UsageError } from "@nn-tooling/app-kit";
import { defaults, flags, type Settings } from "./settings.js";

/** A run and where its files are. */
export interface RunFolder {
  readonly path: string;
  readonly settings: Settings;
  /** Folder of the checkpoint. */
  readonly checkpoint: string;
  readonly weights: string;
  readonly metrics: string;
  readonly report: string;
}

const runFile = "run.json";
const names = {
  checkpoint: "checkpoint",
  weights: "model.safetensors",
  metrics: "metrics.json",
  report: "report.html",
};

/**
 * Begins a run in a folder. Where the folder holds a run already, that one is left alone and the new one goes to the
 * next free folder beside it: `runs/digits-2`.
 *
 * @throws UsageError when the path is a file or a folder cannot be made.
 */
export async function beginRun(wanted: string, settings: Settings): Promise<RunFolder> {
  let path = wanted;
  for (let i = 2; holdsRun(path); i++) path = `${wanted}-${i}`;
  makeFolder("--out", path);
  const text = JSON.stringify(settings);
  const content = JSON.stringify({ format: "nn-digits-run", settings, sha256: sha256(text) }, null, 2);
  await writeFileAtomic(join(path, runFile), new TextEncoder().encode(`${content}\n`));
  return { path, settings, ...filesIn(path) };
}

/**
 * Opens the run in a folder to go on with it.
 *
 * @param given settings from the command line; those that are given must be the run's
 * @throws UsageError when there is none or it has other settings, DataError when its file is damaged.
 */
export async function resumeRun(path: string, given: Partial<Settings>): Promise<RunFolder> {
  const file = join(path, runFile);
  if (!existsSync(file)) {
    throw new UsageError(
      `--resume: there is no run in "${path}" (expected ${file}).\nLeave --resume out to start one, or name its folder with --out.`,
    );
  }
  const settings = parseRun(file, new TextDecoder().decode(await readFile(file)));
  const differences = (Object.keys(given) as (keyof Settings)[])
    .filter((name) => given[name] !== settings[name])
    .map((name) => `  ${flags[name]}: the run has ${settings[name]}, the command line says ${given[name]}`);
  if (differences.length === 0) return { path, settings, ...filesIn(path) };
  throw new UsageError(
    `--resume: the run in "${path}" has other settings; nothing was changed.\n${differences.join("\n")}\n` +
      "Leave these flags out to go on with it, or leave --resume out to start a new run.",
  );
}

function holdsRun(path: string): boolean {
  if (!existsSync(path)) return false;
  if (!statSync(path).isDirectory()) throw new UsageError(`--out: expected a folder, got the file "${path}".`);
  const ours = new Set([runFile, ...Object.values(names)]);
  return readdirSync(path).some((name) => ours.has(name));
}

function filesIn(path: string) {
  return {
    checkpoint: join(path, names.checkpoint),
    weights: join(path, names.weights),
    metrics: join(path, names.metrics),
    report: join(path, names.report),
  };
}

function parseRun(file: string, text: string): Settings {
  let run: { settings?: Partial<Settings>; sha256?: unknown } | null;
  try {
    run = JSON.parse(text) as typeof run;
  } catch (error) {
    throw damagedRun(file, "JSON", (error as Error).message);
  }
  const found = sha256(JSON.stringify(run?.settings ?? null));
  if (run?.sha256 !== found) throw damagedRun(file, `settings with sha256 ${String(run?.sha256)}`, `sha256 ${found}`);
  // A run of an older version lacks what was added since; its defaults are what that version did.
  return { ...defaults, ...run.settings };
}

function damagedRun(file: string, expected: string, got: string): DataError {
  return new DataError({
    where: "--resume",
    problem: "the settings of the run were changed or damaged; nothing was changed",
    rows: [
      ["file", file],
      ["expected", expected],
      ["got", got],
    ],
    fix: "restore the file from a copy, or leave --resume out to start a new run",
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
