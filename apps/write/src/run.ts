import { writeFileAtomic } from "@nn/io/node";
import { Generator, parameters, setBackend } from "@nn/tensor";
import type { CheckpointOptions } from "@nn/train";
import { progress } from "@nn/train/node";
import {
  duration,
  environmentOf,
  Interrupt,
  makeBackend,
  pngDataUri,
  say,
  UsageError,
  whole,
} from "@nn-tooling/app-kit";
import { loadRun, type SavedRun, saveRun, writerOf } from "./checkpoint-file.js";
import { type Corpus, loadCorpus, type Part } from "./data.js";
import type { Writer } from "./model.js";
import { NgramModel } from "./ngram.js";
import { type Options, sampling } from "./options.js";
import { coloredTextSvg, heatMapPixels } from "./report/colored-text.js";
import { renderReport, unitName } from "./report/report.js";
import type { Baseline, Results, Sample } from "./results.js";
import { beginRun, filesIn, type RunFiles, writeText } from "./run-files.js";
import { sampleText } from "./sample.js";
import { defaults, flags, type Settings, temperatures } from "./settings.js";
import { bitsPerCharacter, type Trained, trainWriter } from "./training.js";
import { examineUnits, type Inside } from "./units.js";

/** Length of the n-grams that the net is compared with, and of others beside them. */
const baselineOrder = 5;
const otherOrders = [1, 3, 6];

/** Optimizer steps between two checkpoints: half a minute or so. */
const everySteps = 500;

/**
 * Trains, measures and reports, or writes, as the command line asks.
 *
 * @returns the exit code
 */
export function run(options: Options): Promise<number> {
  return options.sample ? write(options) : learn(options);
}

async function write({ checkpoint, out, json, given, threads, prompt, temperature, length }: Options): Promise<number> {
  const saved = await loadRun(filesIn({ out, json, checkpoint }).checkpoint);
  setBackend(await makeBackend(given.backend ?? saved.settings.backend, threads));
  const generator = new Generator(given.seed ?? defaults.seed);
  const writer = writerOf(saved, generator.split("weights"));
  const draws = { prompt, temperature, length, generator: generator.split("sample") };
  await sampleText(writer, saved.tokenizer, draws, (piece) => process.stdout.write(piece));
  console.log();
  return 0;
}

async function learn(options: Options): Promise<number> {
  const { given, json, resume, threads } = options;
  const saved = resume ? await loadRun(filesIn(options).checkpoint) : undefined;
  if (saved !== undefined) refuseOthers(given, saved.settings);
  const settings = saved?.settings ?? { ...defaults, ...given };
  const corpus = await loadCorpus(settings.characters);
  const backend = await makeBackend(settings.backend, threads);
  const files = beginRun(options, resume);
  const { threads: used } = backend.capabilities;
  say(
    `${whole(sizeOf(corpus.train))} characters to train on, ${whole(sizeOf(corpus.heldBack))} held back, ` +
      `backend ${settings.backend}, ${used} ${used === 1 ? "thread" : "threads"}, ${settings.minutes} minutes at most.`,
  );

  setBackend(backend);
  const interrupt = new Interrupt(() => say("\nStopping after this step; Ctrl-C again stops at once."));
  const before = process.cpuUsage();
  const trained = await trainWriter({
    settings,
    corpus,
    callbacks: [progress()],
    checkpoint: checkpointIn(files.checkpoint, { settings, tokenizer: corpus.tokenizer }),
    resume: saved?.state,
    signal: interrupt.signal,
  }).finally(() => interrupt.release());
  const { user, system } = process.cpuUsage(before);

  const samples = await writeSamples(trained.writer, corpus, settings.seed);
  const inside = await examineUnits(
    trained.writer,
    corpus,
    startOf(corpus.validation, 4000),
    startOf(corpus.heldBack, 700),
  );
  const results = await resultsOf(settings, corpus, trained, samples, (user + system) / 1e6);
  await writeFiles(files, json, results, inside);
  tell(results, files);
  if (!interrupt.signal.aborted) return 0;
  say(`Saved after step ${results.optimizerSteps}. To go on: npm start -- write --resume --out ${files.path}`);
  return interrupt.exitCode;
}

function checkpointIn(path: string, run: Omit<SavedRun, "state">): CheckpointOptions {
  return { everySteps, everyEpochs: 1, save: (state) => saveRun(path, { ...run, state }) };
}

/** A run goes on with the settings that it has. */
function refuseOthers(given: Partial<Settings>, settings: Settings): void {
  const differences = (Object.keys(given) as (keyof Settings)[])
    .filter((name) => given[name] !== settings[name])
    .map((name) => `  ${flags[name]}: the run has ${settings[name]}, the command line says ${given[name]}`);
  if (differences.length === 0) return;
  throw new UsageError(
    `--resume: the run has other settings; nothing was changed.\n${differences.join("\n")}\n` +
      "Leave these flags out to go on with it, or leave --resume out to start a new run.",
  );
}

/** Streams samples to the terminal, and keeps them for the report. */
async function writeSamples(writer: Writer, { tokenizer }: Corpus, seed: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const temperature of temperatures) {
    const generator = new Generator(seed).split(`sample ${temperature}`);
    const draws = { prompt: sampling.prompt, temperature, length: sampling.length, generator };
    console.log(`\n— temperature ${temperature} —`);
    const text = await sampleText(writer, tokenizer, draws, (piece) => process.stdout.write(piece));
    console.log();
    samples.push({ temperature, text });
  }
  return samples;
}

async function resultsOf(
  settings: Settings,
  corpus: Corpus,
  { writer, result, seconds, timeIsUp }: Trained,
  samples: readonly Sample[],
  processorSeconds: number,
): Promise<Results> {
  const { history, steps, stopped } = result;
  const measure = (part: Part) => bitsPerCharacter(writer, corpus, part, settings.hidden);
  return {
    bitsPerCharacter: await measure(corpus.heldBack),
    validationBitsPerCharacter: await measure(corpus.validation),
    baseline: countNgrams(corpus, baselineOrder),
    otherOrders: otherOrders.map((order) => countNgrams(corpus, order)),
    seconds,
    processorSeconds,
    ...settings,
    stopped: stopped === "completed" ? "completed" : timeIsUp ? "time" : "interrupted",
    parameters: parameters(writer).reduce((total, { size }) => total + size, 0),
    optimizerSteps: steps,
    charactersRead: steps * settings.batchSize * settings.steps,
    alphabet: corpus.tokenizer.size,
    trainCharacters: sizeOf(corpus.train),
    validationCharacters: sizeOf(corpus.validation),
    heldBackCharacters: sizeOf(corpus.heldBack),
    history: history.map(({ epoch, train, validation, lr, seconds }) => ({
      epoch,
      trainBits: train.loss / Math.LN2,
      validationBits: validation!.loss / Math.LN2,
      lr,
      seconds,
    })),
    samples,
    environment: environmentOf(parameters(writer)[0]!.backend),
  };
}

/** Counted on the training part, fitted on the validation part, measured on the part held back. */
function countNgrams({ indices, tokenizer, train, validation, heldBack }: Corpus, order: number): Baseline {
  const model = NgramModel.train(indices, train, { order, characters: tokenizer.size }).fit(indices, validation);
  return { order, bitsPerCharacter: model.bitsPerCharacter(indices, heldBack) };
}

async function writeFiles(files: RunFiles, json: string | undefined, results: Results, inside: Inside): Promise<void> {
  const { text, trace, matches } = inside;
  const units = matches.map(({ feature, unit, values }) => ({
    title: `${feature}: ${unitName(unit, trace.units)}`,
    values,
  }));
  const [, png] = pngDataUri(heatMapPixels(trace.values, trace.length, trace.units), trace.length, trace.units).split(
    ",",
  );
  await writeFileAtomic(files.heatMap, Buffer.from(png!, "base64"));
  await writeText(files.picture, coloredTextSvg(text, units));
  await writeText(files.report, renderReport(results, inside));
  for (const path of [files.metrics, ...(json === undefined ? [] : [json])]) {
    await writeText(path, `${JSON.stringify(results, null, 2)}\n`);
  }
}

function tell(results: Results, files: RunFiles): void {
  const { baseline, otherOrders, seconds, processorSeconds, charactersRead, trainCharacters } = results;
  const others = otherOrders.map(({ order, bitsPerCharacter }) => `${bitsPerCharacter.toFixed(3)} (${order})`);
  console.log(`
LSTM        ${results.bitsPerCharacter.toFixed(3)} bits per character on the part held back (validation ${results.validationBitsPerCharacter.toFixed(3)})
n-grams     ${baseline.bitsPerCharacter.toFixed(3)} with up to ${baseline.order} characters; ${others.join(", ")}
training    ${duration(seconds)}, ${duration(processorSeconds)} of processor time, ${(charactersRead / trainCharacters).toFixed(2)} times the novel
report      ${files.report}
metrics     ${files.metrics}
pictures    ${files.picture}, ${files.heatMap}
checkpoint  ${files.checkpoint}`);
}

function startOf({ from, to }: Part, length: number): Part {
  return { from, to: Math.min(to, from + length) };
}

function sizeOf({ from, to }: Part): number {
  return to - from;
}
