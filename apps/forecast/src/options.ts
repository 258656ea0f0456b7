import {
  appCommand,
  type CommonOptions,
  count,
  type OutputSink,
  parseCommand,
  rate,
  shown,
  withCommonOptions,
} from "@nn-tooling/app-kit";
import { defaults, type Settings } from "./settings.js";

/** The command line. */
export interface Options extends Pick<CommonOptions, "out" | "json" | "threads"> {
  readonly settings: Settings;
}

type Values = Partial<Settings> & Omit<Options, "settings">;

/**
 * Reads the command line.
 *
 * @throws CommanderError after `--help`, or with a message that names the flag, what was expected and what came.
 */
export function parseOptions(args: readonly string[], output?: OutputSink): Options {
  const { out, json, threads, ...given } = parseCommand<Values>(command(), args, output);
  return { settings: { ...defaults, ...given }, out, json, threads };
}

function command() {
  const start = appCommand(
    "npm start -- forecast",
    "Forecasts the births of each day of a year that was held back, 1 to 28 days ahead and with intervals,\n" +
      "and measures it beside seasonal naive forecasts.",
  )
    .option("--epochs <count>", shown("how often the training years are gone through", defaults.epochs), count(1, 1000))
    .option("--batch-size <count>", shown("windows per step", defaults.batchSize), count(1, 1024))
    .option("--lr <rate>", shown("highest learning rate", defaults.lr), rate)
    .option("--hidden-size <count>", shown("size of the recurrent layers", defaults.hiddenSize), count(1, 1024))
    .option("--year <year>", shown("the year held back", defaults.year), count(1974, 1988))
    .option("--years <count>", "train on so many years only, for a quick look (default: all)", count(1, 20));
  return withCommonOptions(start, { out: "runs/forecast", seeds: "seed of weights and order", seed: defaults.seed });
}
