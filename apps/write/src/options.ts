import {
  appCommand,
  type CommonOptions,
  count,
  filled,
  type OutputSink,
  parseCommand,
  rate,
  shown,
  withCommonOptions,
} from "@nn-tooling/app-kit";
import { InvalidArgumentError } from "commander";
import { defaults, type Settings } from "./settings.js";

/** The command line. */
export interface Options extends Pick<CommonOptions, "out" | "json" | "threads"> {
  /** The settings that were given; the others come from the defaults, or from the run that is resumed. */
  readonly given: Partial<Settings>;
  readonly resume: boolean;
  /** The file of the checkpoint; undefined for the one in the folder of the run. */
  readonly checkpoint: string | undefined;
  /** Whether text is written with a trained net, and nothing is trained. */
  readonly sample: boolean;
  readonly prompt: string;
  readonly temperature: number;
  /** Characters to write. */
  readonly length: number;
}

type Values = Partial<Settings> & Partial<Omit<Options, "given" | "out">> & Pick<Options, "out">;

/** What is written where nothing else is asked for. */
export const sampling = { prompt: "The whale ", temperature: 0.7, length: 600 } as const;

/**
 * Reads the command line.
 *
 * @throws CommanderError: with exit code 0 after `--help`, else with a message that names the flag, what was expected
 * and what came.
 */
export function parseOptions(args: readonly string[], output?: OutputSink): Options {
  const {
    out,
    json,
    threads,
    checkpoint,
    resume = false,
    sample = false,
    prompt,
    temperature,
    length,
    ...given
  } = parseCommand<Values>(command(), args, output);
  return {
    given,
    out,
    json,
    threads,
    checkpoint,
    resume,
    sample,
    prompt: prompt ?? sampling.prompt,
    temperature: temperature ?? sampling.temperature,
    length: length ?? sampling.length,
  };
}

function command() {
  const start = appCommand(
    "npm start -- write",
    "Learns to write like Moby-Dick, one character after the other, with two layers of LSTM; measures the bits per\n" +
      "character on the last twentieth of the novel beside an n-gram model, and writes samples, a report and a checkpoint.",
  )
    .option("--minutes <count>", shown("time limit of the training", defaults.minutes), minutes)
    .option("--epochs <count>", shown("how often the novel is gone through at most", defaults.epochs), count(1, 1000))
    .option("--hidden <units>", shown("units of each layer", defaults.hidden), count(1, 4096))
    .option("--embedding <size>", shown("numbers that stand for a character", defaults.embedding), count(1, 1024))
    .option("--batch-size <count>", shown("streams read at the same time", defaults.batchSize), count(1, 1024))
    .option("--steps <count>", shown("characters that gradients flow back through", defaults.steps), count(1, 1000))
    .option("--lr <rate>", shown("highest learning rate", defaults.lr), rate)
    .option("--dropout <share>", shown("share of units that are dropped", defaults.dropout), share)
    .option("--characters <count>", "use only so many of the novel, for a quick look", count(2000, 2_000_000));
  return withCommonOptions(start, { seed: defaults.seed, out: "runs/write", fill: false })
    .option(
      "--checkpoint <file>",
      "where the training is saved (default: checkpoint.safetensors in the folder)",
      filled,
    )
    .option("--resume", "go on with the training of the checkpoint")
    .option("--sample", "write with the net of the checkpoint, and train nothing")
    .option("--prompt <text>", shown("with --sample: how the text begins", JSON.stringify(sampling.prompt)))
    .option(
      "--temperature <number>",
      shown("with --sample: below 1 likelier, 0 always the likeliest", sampling.temperature),
      temperature,
    )
    .option("--length <count>", shown("with --sample: characters to write", sampling.length), count(1, 1_000_000))
    .addHelpText("after", "\nCtrl-C stops after the current step, saves and reports; a second Ctrl-C stops at once.");
}

function minutes(text: string): number {
  return between(text, "above 0, at most 10000", (value) => value > 0 && value <= 10_000);
}

function share(text: string): number {
  return between(text, "from 0 to below 1", (value) => value >= 0 && value < 1);
}

function temperature(text: string): number {
  return between(text, "from 0 to 10", (value) => value >= 0 && value <= 10);
}

function between(text: string, expected: string, fits: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() !== "" && fits(value)) return value;
  throw new InvalidArgumentError(`Expected a number ${expected}.`);
}
