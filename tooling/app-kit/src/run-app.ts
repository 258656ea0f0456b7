import { isNNError } from "@nn/tensor";
import { CommanderError } from "commander";
import { UsageError } from "./usage-error.js";

/** Runs an app with the arguments of the program and sets its exit code: 2 after a wrong option, 1 after wrong data. */
export async function runApp(main: (args: readonly string[]) => Promise<number>): Promise<void> {
  process.exitCode = await exitCodeOf(main);
}

async function exitCodeOf(main: (args: readonly string[]) => Promise<number>): Promise<number> {
  try {
    return await main(process.argv.slice(2));
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
