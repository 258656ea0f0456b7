import { Command, InvalidArgumentError, Option } from "commander";
import { type BackendName, backendNames, type Threads } from "./backends.js";

/** The options that all apps have. */
export interface CommonOptions {
  readonly seed: number;
  readonly backend: BackendName;
  /** Threads to compute with; undefined: as many as the backend has. */
  readonly threads: Threads | undefined;
  /** The folder of the run. */
  readonly out: string;
  /** Where settings and metrics go as well. */
  readonly json: string | undefined;
}

/** Where help and errors are written; by default the standard streams. */
export interface OutputSink {
  writeOut(text: string): void;
  writeErr(text: string): void;
}

/** A command line that answers mistakes with one message. `call` is how users start it, such as `npm start -- write`. */
export function appCommand(call: string, description: string): Command {
  return new Command(call)
    .description(description)
    .helpOption("-h, --help", "show this help")
    .showHelpAfterError(`${call} --help lists all options.`)
    .allowExcessArguments()
    .exitOverride();
}

/** Adds the options that all apps have. Defaults stand in the help; whether values are filled in is up to `fill`. */
export function withCommonOptions(
  command: Command,
  { seed = 1, out, seeds = "seed of all that is random", fill = true }: CommonDefaults,
): Command {
  const backend = new Option("--backend <name>", shown("where it is computed", "wasm")).choices([...backendNames]);
  command
    .option("--seed <number>", shown(seeds, seed), count(0, 2 ** 53 - 1))
    .addOption(backend)
    .option("--threads <count>", "threads to compute with, or auto (default: auto)", threadCount)
    .option("--out <folder>", "folder of the run", filled, out)
    .option("--json <file>", "also write settings and metrics to this file", filled);
  if (fill) command.setOptionValue("seed", seed).setOptionValue("backend", "wasm");
  return command;
}

/** What `withCommonOptions` is told. */
interface CommonDefaults {
  readonly seed?: number;
  readonly out: string;
  /** What the seed decides, for the help. */
  readonly seeds?: string;
  /** Whether options that are not given get their defaults. */
  readonly fill?: boolean;
}

/**
 * Reads the command line.
 *
 * @throws CommanderError: with exit code 0 after `--help`, else with a message that names the flag, what was expected
 * and what came.
 */
export function parseCommand<T extends object>(command: Command, args: readonly string[], output?: OutputSink): T {
  if (output !== undefined) command.configureOutput(output);
  command.parse(args, { from: "user" });
  const [stray] = command.args;
  if (stray !== undefined) command.error(`error: unexpected argument '${stray}'. Expected options such as --seed 3.`);
  return command.opts<T>();
}

/** A description with the default beside it. */
export function shown(text: string, value: string | number): string {
  return `${text} (default: ${value})`;
}

/** Reads a whole number. */
export function count(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** Reads a learning rate. */
export function rate(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("Expected a number above 0, at most 1.");
}

/** Reads a path: an empty one would be the working directory, which nobody means. */
export function filled(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("Expected a path.");
}

function threadCount(text: string): Threads {
  return text === "auto" ? text : count(1, 64)(text);
}
