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
import { defaults, type Settings } from "./settings.js";

/** The command line. */
export interface Options extends Pick<CommonOptions, "out" | "json" | "threads"> {
  /** The settings that were given; the others come from the defaults, or from the run that is resumed. */
  readonly given: Partial<Settings>;
  readonly resume: boolean;
  /** The folder of the ten files of digits; undefined for those of the npm package. */
  readonly data: string | undefined;
}

type Values = Partial<Settings> & Partial<Omit<Options, "given" | "out">> & Pick<Options, "out">;

/**
 * Reads the command line.
 *
 * @throws CommanderError: with exit code 0 after `--help`, else with a message that names the flag, what was expected
 * and what came.
 */
export function parseOptions(args: readonly string[], output?: OutputSink): Options {
  const { out, json, resume = false, data, threads, ...given } = parseCommand<Values>(command(), args, output);
  return { given, out, json, resume, data, threads };
}

function command() {
  const start = appCommand(
    "npm start --",
    "Trains a small convolutional network on 8,000 handwritten digits, measures it on 2,000 others,\n" +
      "and writes a report and a checkpoint.",
  )
    .option("--epochs <count>", shown("how often the digits are gone through", defaults.epochs), count(1, 1000))
    .option("--batch-size <count>", shown("digits per step", defaults.batchSize), count(1, 8000))
    .option("--lr <rate>", shown("highest learning rate", defaults.lr), rate);
  return withCommonOptions(start, {
    seed: defaults.seed,
    out: "runs/digits",
    seeds: "seed of weights, order and distortions",
    fill: false,
  })
    .option("--resume", "go on with the run in the folder where it was stopped")
    .option("--digits <count>", shown("use so many digits only, for a quick look", defaults.digits), count(50, 10_000))
    .option("--data <folder>", "read the files 0.json to 9.json from here instead of the package mnist", filled)
    .option("--tune", "leave the 2,000 digits held back alone, and measure on 2,000 of the 8,000")
    .addHelpText("after", "\nCtrl-C stops after the current step and saves; a second Ctrl-C stops at once.");
}
