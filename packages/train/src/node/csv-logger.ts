import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { writeFileAtomic } from "@nn/io/node";
import type { Callback } from "../callback.js";
import type { EpochRecord } from "../fit-options.js";

/**
 * Writes a line for each epoch into a CSV file: epoch, step, lr, samples, seconds, samplesPerSecond, and the losses and
 * metrics that are numbers, as `train.loss`, `validation.accuracy`. At the start the file is written anew from the
 * history, so a resumed run has all of its epochs in it, once each.
 *
 * @throws DataError when the file cannot be written.
 *
 * @example
 * ```ts
 * import { mkdtemp, readFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { Linear, mseLoss } from "@nn/layers";
 * import { SGD } from "@nn/optim";
 * import { ones } from "@nn/tensor";
 * import { fit } from "@nn/train";
 * import { csvLogger } from "@nn/train/node";
 *
 * const path = join(await mkdtemp(join(tmpdir(), "nn-log-")), "log.csv");
 * const model = new Linear(2, 1);
 * await fit(model, {
 *   data: [{ x: ones([4, 2]), y: ones([4, 1]) }],
 *   loss: (model, { x, y }) => mseLoss(model.forward(x), y),
 *   optimizer: new SGD(model, { lr: 0.1 }),
 *   epochs: 2,
 *   callbacks: [csvLogger(path)],
 * });
 * const [head, ...rows] = (await readFile(path, "utf8")).trim().split("\n");
 * head; // => "epoch,step,lr,samples,seconds,samplesPerSecond,train.loss"
 * rows.length; // => 2
 * ```
 */
export function csvLogger(path: string): Callback {
  let columns: string[] = [];
  const rewrite = async (history: readonly EpochRecord[]) => {
    const rows = history.map(rowOf);
    columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    await mkdir(dirname(path), { recursive: true });
    const lines = rows.length === 0 ? [] : [columns.map(quoted).join(","), ...rows.map((row) => lineOf(row, columns))];
    await writeFileAtomic(path, new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
  };
  return {
    onTrainBegin: (run) => rewrite(run.history),
    async onEpochEnd(record, run) {
      const row = rowOf(record);
      const known = columns.length > 0 && Object.keys(row).every((name) => columns.includes(name));
      // An epoch with validation, after some without, has columns that the file lacks.
      if (known) await appendFile(path, `${lineOf(row, columns)}\n`);
      else await rewrite(run.history);
    },
  };
}

type Row = Readonly<Record<string, number>>;

function rowOf({ epoch, step, lr, samples, seconds, samplesPerSecond, train, validation }: EpochRecord): Row {
  const scores = [...named("train", train), ...named("validation", validation ?? {})];
  return { epoch, step, lr, samples, seconds, samplesPerSecond, ...Object.fromEntries(scores) };
}

function named(part: string, scores: object): [string, number][] {
  return Object.entries(scores)
    .filter((entry): entry is [string, number] => typeof entry[1] === "number")
    .map(([name, value]) => [`${part}.${name}`, value]);
}

function lineOf(row: Row, columns: readonly string[]): string {
  return columns.map((name) => String(row[name] ?? "")).join(",");
}

function quoted(name: string): string {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
