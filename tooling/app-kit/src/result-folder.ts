import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "@nn/io/node";
import { makeFolder, prepareFile } from "./files.js";
import { say } from "./say.js";
import { UsageError } from "./usage-error.js";

const report = "report.html";
const metrics = "metrics.json";

/** The folder of a run that is not resumed: a report and its metrics, and what else the app writes. */
export class ResultFolder {
  private constructor(
    readonly path: string,
    private readonly json: string | undefined,
  ) {}

  /**
   * Makes the folder. Where it holds a run already, that one is left alone and the new one goes to the next free folder
   * beside it: `runs/forecast-2`.
   *
   * @param json another file for the metrics
   * @throws UsageError when nothing can be written there.
   */
  static begin(wanted: string, json: string | undefined): ResultFolder {
    if (json !== undefined) prepareFile("--json", json);
    let path = wanted;
    for (let i = 2; holdsRun(path); i++) path = `${wanted}-${i}`;
    makeFolder("--out", path);
    if (path !== wanted) say(`"${wanted}" holds a run already, so this one goes to "${path}".`);
    return new ResultFolder(path, json);
  }

  get report(): string {
    return join(this.path, report);
  }

  get metrics(): string {
    return join(this.path, metrics);
  }

  /** Writes the report and the metrics; each file is whole or not there. */
  async write(results: object, page: string): Promise<void> {
    await writeText(this.report, page);
    const text = `${JSON.stringify(results, null, 2)}\n`;
    for (const path of [this.metrics, ...(this.json === undefined ? [] : [this.json])]) await writeText(path, text);
  }
}

function holdsRun(path: string): boolean {
  if (!existsSync(path)) return false;
  if (!statSync(path).isDirectory()) throw new UsageError(`--out: expected a folder, got the file "${path}".`);
  return readdirSync(path).some((name) => name === report || name === metrics);
}

function writeText(path: string, text: string): Promise<void> {
  return writeFileAtomic(path, new TextEncoder().encode(text));
}
