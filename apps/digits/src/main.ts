import { isNNError } from "@nn/tensor";
import { CommanderError } from "commander";
import { parseOptions } from "./options.js";
import { run } from "./run.js";
import { UsageError } from "./usage-error.js";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(parseOptions(args));
  } catch (error) {
    // Commander has written its message already; 0 is that of --help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError) {
      console.error(`error: ${error.message}`);
      return 2;
    }
    if (!isNNError(error)) throw error;
    console.error(String(error));
    return 1;
  }
}
