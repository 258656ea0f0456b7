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
import { stoppingParts } from "./training.js";

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
    "npm start -- sentiment",
    "Tells praise from blame in 3,000 sentences of reviews with a bidirectional recurrent network, by 5-fold\n" +
      "cross-validation beside naive Bayes, and shows which words decided.",
  )
    .option("--epochs <count>", shown("most passes over the training sentences", defaults.epochs), count(1, 1000))
    .option("--members <count>", shown("nets whose answers are averaged", defaults.members), count(1, stoppingParts))
    .option("--lr <rate>", shown("learning rate", defaults.lr), rate)
    .option("--hidden-size <count>", shown("size of each direction", defaults.hiddenSize), count(1, 1024))
    .option("--sentences <count>", "use so many sentences only, for a quick look (default: all)", count(60, 3000));
  return withCommonOptions(start, {
    out: "runs/sentiment",
    seeds: "seed of folds, weights, order and dropout",
    seed: defaults.seed,
  });
}
