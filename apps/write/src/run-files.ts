import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeFileAtomic } from "@nn/io/node";
import { makeFolder, prepareFile, say, UsageError } from "@nn-tooling/app-kit";

const names = {
  report: "report.html",
  metrics: "metrics.json",
  picture: "hidden-state.svg",
  heatMap: "hidden-state.png",
  checkpoint: "checkpoint.safetensors",
};

/** Where the files of a run are. */
export type RunFiles = Readonly<Record<keyof typeof names, string>> & { readonly path: string };

interface Places {
  readonly out: string;
  readonly json: string | undefined;
  readonly checkpoint: string | undefined;
}

/** The files of the run in a folder. */
export function filesIn({ out, checkpoint }: Places): RunFiles {
  const entries = Object.entries(names).map(([key, name]) => [key, join(out, name)]);
  const files = Object.fromEntries(entries) as Record<keyof typeof names, string>;
  return { ...files, checkpoint: checkpoint ?? files.checkpoint, path: out };
}

/**
 * Makes the folder of a run, and those of its other files. A new run leaves one that is there alone and goes to the next
 * free folder beside it: `runs/write-2`.
 *
 * @throws UsageError when nothing can be written there, or `--checkpoint` names a file that is there.
 */
export function beginRun(places: Places, resume: boolean): RunFiles {
  const { json, checkpoint, out } = places;
  if (json !== undefined) prepareFile("--json", json);
  if (checkpoint !== undefined) prepareFile("--checkpoint", checkpoint);
  let files = filesIn(places);
  if (!resume) {
    if (checkpoint !== undefined && existsSync(checkpoint)) {
      throw new UsageError(
        `--checkpoint: "${checkpoint}" is there already.\nAdd --resume to go on with it, or name another file.`,
      );
    }
    for (let i = 2; holdsRun(files.path); i++) files = filesIn({ ...places, out: `${out}-${i}` });
    if (files.path !== out) say(`"${out}" holds a run already, so this one goes to "${files.path}".`);
  }
  makeFolder("--out", files.path);
  makeFolder("--checkpoint", dirname(files.checkpoint));
  return files;
}

/** Writes a text; the file is whole or not there. */
export function writeText(path: string, text: string): Promise<void> {
  return writeFileAtomic(path, new TextEncoder().encode(text));
}

function holdsRun(path: string): boolean {
  if (!existsSync(path)) return false;
  if (!statSync(path).isDirectory()) throw new UsageError(`--out: expected a folder, got the file "${path}".`);
  const ours = new Set(Object.values(names));
  return readdirSync(path).some((name) => ours.has(name));
}
