import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { save } from "@nn/io/node";
import { DataError } from "@nn/tensor";
import type { Callback, TrainingRun } from "../callback.js";
import type { EpochRecord } from "../fit-options.js";
import type { Mode } from "../metric.js";
import { monitored } from "../monitored.js";
import { saveCheckpoint } from "./file-checkpoint.js";

/** Which models are kept. */
export interface ModelCheckpointOptions {
  /** Keeps the model of the best epoch as `best`. Default true. */
  readonly best?: boolean;
  /** Keeps the model of the last epoch as `last`. Default false. */
  readonly last?: boolean;
  /** Keeps a model after every so many epochs, as `epoch-0005`. Default: none. */
  readonly everyEpochs?: number;
  /** Keeps a model after every so many optimizer steps, as `step-00001000`. Default: none. */
  readonly everySteps?: number;
  /** How many of the numbered ones are kept, the newest. Default: all. */
  readonly keep?: number;
  /** What decides which epoch is the best: `"validation.accuracy"`. Default: the loss, of the validation if there is one. */
  readonly monitor?: string;
  /** Whether small or large values of it are good. Default: "min" for the loss, else what the metric says. */
  readonly mode?: Mode;
  /**
   * "weights" (default) writes a safetensors file that `load` reads; "state" a folder with all that a resume needs, which
   * `loadCheckpoint` reads.
   */
  readonly content?: "weights" | "state";
}

/**
 * Keeps models of a training in a folder: the best one, the last one, one every few epochs or steps. Files appear whole
 * or not at all. A resumed run knows from its history which epoch was the best.
 *
 * To go on after a crash, `checkpoint: fileCheckpoint(folder)` is enough; this is for models to choose from.
 *
 * @throws DataError for options that make no sense, or when the file system refuses.
 *
 * @example
 * ```ts
 * import { mkdtemp, readdir } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { load } from "@nn/io/node";
 * import { Linear, mseLoss } from "@nn/layers";
 * import { SGD } from "@nn/optim";
 * import { ones } from "@nn/tensor";
 * import { fit } from "@nn/train";
 * import { modelCheckpoint } from "@nn/train/node";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nn-models-"));
 * const model = new Linear(2, 1);
 * await fit(model, {
 *   data: [{ x: ones([4, 2]), y: ones([4, 1]) }],
 *   loss: (model, { x, y }) => mseLoss(model.forward(x), y),
 *   optimizer: new SGD(model, { lr: 0.1 }),
 *   epochs: 6,
 *   callbacks: [modelCheckpoint(folder, { everyEpochs: 2, keep: 2 })],
 * });
 * (await readdir(folder)).sort(); // => ["best.safetensors", "epoch-0004.safetensors", "epoch-0006.safetensors"]
 * (await load(model, join(folder, "best.safetensors"))).epoch; // => "6"
 * ```
 */
export function modelCheckpoint(folder: string, options: ModelCheckpointOptions = {}): Callback {
  const { best = true, content = "weights", everyEpochs, everySteps, keep, last = false } = options;
  for (const name of ["everyEpochs", "everySteps", "keep"] as const) checkCount(name, options[name]);
  const watch = new Watch(options);
  let lastStep = 0;
  const write = async (name: string, run: TrainingRun, facts: Record<string, string>) => {
    if (content === "state") return saveCheckpoint(join(folder, name), await run.state());
    return save(run.model, join(folder, `${name}.safetensors`), { metadata: facts });
  };
  const writeNumbered = async (kind: string, number: number, digits: number, run: TrainingRun) => {
    const name = `${kind}-${String(number).padStart(digits, "0")}`;
    await write(name, run, { epoch: String(run.epoch), step: String(run.step) });
    if (keep !== undefined) await removeOlder(folder, kind, number, keep);
  };
  return {
    onTrainBegin(run) {
      watch.recall(run);
      lastStep = run.step;
    },
    async onBatchEnd(_, run) {
      // The model is at `run.step`, also where the numbers of a batch arrive late.
      if (everySteps === undefined || run.step === lastStep || run.step % everySteps !== 0) return;
      lastStep = run.step;
      await writeNumbered("step", run.step, 8, run);
    },
    async onEpochEnd(record, run) {
      const { epoch, step } = record;
      const facts = { epoch: String(epoch), step: String(step) };
      if (best && watch.improves(record, run)) await write("best", run, { ...facts, ...watch.facts() });
      if (last) await write("last", run, facts);
      if (everyEpochs !== undefined && epoch % everyEpochs === 0) await writeNumbered("epoch", epoch, 4, run);
    },
  };
}

/** Remembers the best value. */
class Watch {
  #best: number | undefined;
  #monitor = "";
  readonly #options: ModelCheckpointOptions;

  constructor(options: ModelCheckpointOptions) {
    this.#options = options;
  }

  /** What a resumed run has seen. */
  recall(run: TrainingRun): void {
    this.#best = undefined;
    this.#monitor = this.#options.monitor ?? run.watched;
    for (const record of run.history) this.improves(record, run);
  }

  improves(record: EpochRecord, run: TrainingRun): boolean {
    const value = monitored(record, this.#monitor);
    if (value === undefined || Number.isNaN(value)) return false;
    const mode = this.#options.mode ?? run.modeOf(this.#monitor);
    const better = this.#best === undefined || (mode === "min" ? value < this.#best : value > this.#best);
    if (better) this.#best = value;
    return better;
  }

  facts(): Record<string, string> {
    return { monitor: this.#monitor, value: String(this.#best) };
  }
}

/** Removes what is older than the newest `keep`. Files of a later number are of another run, and stay. */
async function removeOlder(folder: string, kind: string, number: number, keep: number): Promise<void> {
  const pattern = new RegExp(`^${kind}-(\\d+)(\\.safetensors)?$`);
  const found = (await readdir(folder))
    .map((name) => ({ name, number: Number(pattern.exec(name)?.[1] ?? Number.NaN) }))
    .filter((entry) => entry.number <= number)
    .sort((a, b) => b.number - a.number);
  for (const { name } of found.slice(keep)) await rm(join(folder, name), { recursive: true, force: true });
}

function checkCount(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value > 0)) return;
  throw new DataError({
    where: "modelCheckpoint",
    problem: `${name} is not what it should be`,
    rows: [
      ["expected", "a positive integer"],
      ["got", String(value)],
    ],
    fix: `pass ${name}: 1 or more, or leave it out`,
  });
}
