import { Command, InvalidArgumentError, Option } from "commander";
import type { Threads } from "./backends.js";
import { backendNames, defaults, type Settings } from "./settings.js";

/** The command line. */
export interface Options {
  /** The settings that were given; the others come from the defaults, or from the run that is resumed. */
  readonly given: Partial<Settings>;
  /** The folder of the run. */
  readonly out: string;
  /** Where settings and metrics go as well. */
  readonly json: string | undefined;
  readonly resume: boolean;
  /** Threads to compute with; undefined: as many as the backend has. */
  readonly threads: Threads | undefined;
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
  const program = command();
  if (output !== undefined) program.configureOutput(output);
  program.parse(args, { from: "user" });
  const [stray] = program.args;
  if (stray !== undefined) program.error(`error: unexpected argument '${stray}'. Expected options such as --epochs 3.`);
  const { out, json, resume = false, data, threads, ...given } = program.opts<Values>();
  return { given, out, json, resume, data, threads };
}

/** Where help and errors are written; by default the standard streams. */
export interface OutputSink {
  writeOut(text: string): void;
  writeErr(text: string): void;
}

function command(): Command {
  return new Command("npm start --")
    .description(
      "Trains a small convolutional network on 8,000 handwritten digits, measures it on 2,000 others,\n" +
        "and writes a report and a checkpoint.",
    )
    .option("--epochs <count>", shown("how often the digits are gone through", defaults.epochs), count(1, 1000))
    .option("--batch-size <count>", shown("digits per step", defaults.batchSize), count(1, 8000))
    .option("--lr <rate>", shown("highest learning rate", defaults.lr), rate)
    .option("--seed <number>", shown("seed of weights, order and distortions", defaults.seed), count(0, 2 ** 53 - 1))
    .addOption(
      new Option("--backend <name>", shown("where it is computed", defaults.backend)).choices([...backendNames]),
    )
    .option("--threads <count>", "threads to compute with, or auto (default: auto)", threadCount)
    .option("--out <folder>", "folder of the run", filled, "runs/digits")
    .option("--json <file>", "also write settings and metrics to this file", filled)
    .option("--resume", "go on with the run in the folder where it was stopped")
    .option("--digits <count>", shown("use so many digits only, for a quick look", defaults.digits), count(50, 10_000))
    .option("--data <folder>", "read the files 0.json to 9.json from here instead of the package mnist", filled)
    .option("--tune", "leave the 2,000 digits held back alone, and measure on 2,000 of the 8,000")
    .helpOption("-h, --help", "show this help")
    .addHelpText("after", "\nCtrl-C stops after the current step and saves; a second Ctrl-C stops at once.")
    .showHelpAfterError("npm start -- --help lists all options.")
    .allowExcessArguments()
    .exitOverride();
}

function shown(text: string, value: string | number): string {
  return `${text} (default: ${value})`;
}

function count(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

function threadCount(text: string): Threads {
  return text === "auto" ? text : count(1, 64)(text);
}

function rate(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("Expected a number above 0, at most 1.");
}

function filled(text: string): string {
  // An empty path would be the working directory, which nobody means.
  if (text !== "") return text;
  throw new InvalidArgumentError("Expected a path.");
}
