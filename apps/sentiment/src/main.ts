import { runApp } from "@nn-tooling/app-kit";
import { parseOptions } from "./options.js";
import { run } from "./run.js";

await runApp((args) => run(parseOptions(args)));
