import { createHash } from "node:crypto";
import { saveStateDict } from "@nn/io";
import { writeFileAtomic } from "@nn/io/node";
import { parameters, setBackend, stateDict } from "@nn/tensor";
import type { FitResult } from "@nn/train";
import { fileCheckpoint, findCheckpoint, progress } from "@nn/train/node";
import {
  duration,
  engineNameOf,
  environmentOf,
  Interrupt,
  makeBackend,
  percent,
  prepareFile,
  say,
  whole,
} from "@nn-tooling/app-kit";
import { type DigitData, loadDigits } from "./data.js";
import { type Examination, examine } from "./examine.js";
import type { Metrics } from "./metrics.js";
import type { LeNet } from "./model.js";
import type { Options } from "./options.js";
import { renderReport } from "./report/report.js";
import { beginRun, type RunFolder, resumeRun } from "./run-folder.js";
import { defaults, type Settings } from "./settings.js";
import { type DigitMetrics, trainLeNet, trialStep } from "./training.js";

/** Checkpoints between those at the ends of epochs: every three seconds or so. */
const everySteps = 100;

/**
 * Trains, measures and reports, as the command line asks.
 *
 * @returns the exit code
 */
export async function run({ given, out, json, resume, data: folder, threads }: Options): Promise<number> {
  if (json !== undefined) prepareFile("--json", json);
  // The digits are read first: a run that cannot start leaves no folder behind.
  const resumed = resume ? await resumeRun(out, withoutAuto(given)) : undefined;
  const wanted = resumed?.settings ?? { ...defaults, ...given };
  const state = resumed === undefined ? undefined : await findCheckpoint(resumed.checkpoint);
  const data = await loadDigits(wanted, folder);
  const backend = await makeBackend(wanted.backend, threads, () => trialStep(wanted));
  // What `auto` came to belongs to the run: a resumed one must not pick another.
  const settings: Settings = { ...wanted, backend: engineNameOf(backend) };
  const files = resumed ?? (await beginRun(out, settings));
  if (files.path !== out) say(`"${out}" holds a run already, so this one goes to "${files.path}".`);
  if (state !== undefined)
    say(`Going on in epoch ${Math.min(state.epoch, settings.epochs)}, after step ${state.step}.`);
  else if (resumed !== undefined)
    say("The run was stopped before its first checkpoint, so it starts from the beginning.");
  const kind = settings.tune ? "for validation" : "held back";
  const { threads: used } = backend.capabilities;
  const device =
    settings.backend === "gpu" ? backend.capabilities.adapter : `${used} ${used === 1 ? "thread" : "threads"}`;
  const where = `backend ${settings.backend}, ${device}`;
  say(`${whole(data.train.length)} digits to train on, ${whole(data.heldBack.length)} ${kind}, ${where}.`);

  setBackend(backend);
  const interrupt = new Interrupt(() => say("\nStopping after this step; Ctrl-C again stops at once."));
  const { model, result } = await trainLeNet({
    settings,
    data,
    callbacks: [progress()],
    checkpoint: fileCheckpoint(files.checkpoint, { everySteps, everyEpochs: 1 }),
    resume: state,
    signal: interrupt.signal,
  }).finally(() => interrupt.release());
  if (result.stopped === "aborted") {
    say(`Saved after step ${result.steps}. To go on: npm start -- --resume --out ${files.path}`);
    return interrupt.exitCode;
  }
  const weightsSha256 = await saveWeights(model, files);
  const examination = await examine(model, data.heldBack);
  const metrics = metricsOf(files, data, model, result, examination, weightsSha256);
  await write(files.report, renderReport({ metrics, ...examination }));
  for (const path of [files.metrics, ...(json === undefined ? [] : [json])]) {
    await write(path, `${JSON.stringify(metrics, null, 2)}\n`);
  }
  tell(metrics, examination, files);
  return 0;
}

/** A run that goes on has been measured already. */
function withoutAuto({ backend, ...others }: Partial<Settings>): Partial<Settings> {
  return backend === undefined || backend === "auto" ? others : { ...others, backend };
}

/** The weights alone, for use elsewhere; their checksum is that of the file. */
async function saveWeights(model: LeNet, files: RunFolder): Promise<string> {
  const bytes = await saveStateDict(stateDict(model));
  await writeFileAtomic(files.weights, bytes);
  return createHash("sha256").update(bytes).digest("hex");
}

function metricsOf(
  { settings }: RunFolder,
  data: DigitData,
  model: LeNet,
  { history, steps }: FitResult<DigitMetrics>,
  { confusion, mistakes }: Examination,
  weightsSha256: string,
): Metrics {
  const sum = (of: (record: (typeof history)[number]) => number) => history.reduce((total, one) => total + of(one), 0);
  const backend = parameters(model)[0]!.backend;
  return {
    accuracy: confusion.accuracy,
    loss: history.at(-1)!.validation!.loss,
    errors: mistakes.length,
    seconds: sum((record) => record.seconds),
    samplesPerSecond: sum((record) => record.samples) / sum((record) => record.samples / record.samplesPerSecond),
    ...settings,
    trainDigits: data.train.length,
    heldBackDigits: data.heldBack.length,
    steps,
    parameters: parameters(model).reduce((total, { size }) => total + size, 0),
    weightsSha256,
    confusion: confusion.counts,
    history: history.map(({ epoch, lr, train, validation, seconds, samplesPerSecond }) => ({
      epoch,
      lr,
      trainLoss: train.loss,
      trainAccuracy: train.accuracy,
      heldBackLoss: validation!.loss,
      heldBackAccuracy: validation!.accuracy,
      seconds,
      samplesPerSecond,
    })),
    environment: environmentOf(backend),
  };
}

function tell(metrics: Metrics, { confusion }: Examination, files: RunFolder): void {
  const { accuracy, errors, heldBackDigits, seconds, samplesPerSecond, weightsSha256 } = metrics;
  console.log(`
Confusion matrix (rows: the digit, columns: what it was read as)
${confusion}

accuracy    ${percent(accuracy)} (${errors} of ${whole(heldBackDigits)} misread)
training    ${duration(seconds)}, ${whole(samplesPerSecond)} digits/s
weights     sha256 ${weightsSha256}
report      ${files.report}
metrics     ${files.metrics}
checkpoint  ${files.checkpoint}`);
}

function write(path: string, text: string): Promise<void> {
  return writeFileAtomic(path, new TextEncoder().encode(text));
}
