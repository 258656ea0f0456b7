import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { DataError } from "@nn/tensor";
import { type EventValue, valueRecord, versionRecord } from "./event-record.js";
import { histogramOf } from "./histogram.js";

/** How event files are written. */
export interface SummaryWriterOptions {
  /** Seconds since 1970, for the times of the events. Default: the clock. */
  readonly now?: () => number;
}

let files = 0;

/**
 * Writes scalars, histograms and texts where TensorBoard finds them (torch.utils.tensorboard.SummaryWriter): TFRecords of
 * protobuf events. `tensorboard --logdir runs` shows the folders under `runs` as runs. Values are kept in memory until
 * `flush`, which appends them; `close` does so too.
 *
 * @throws DataError when a file cannot be written.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { SummaryWriter } from "@nn/train/node";
 *
 * const writer = new SummaryWriter(await mkdtemp(join(tmpdir(), "nn-events-"))); // or "runs/first"
 * writer.addScalar("train/loss", 0.5, 1);
 * writer.addHistogram("weight", [0.1, 0.2, 0.4], 1);
 * writer.addText("notes", "half the *learning rate*", 1);
 * await writer.close();
 * ```
 */
export class SummaryWriter {
  /** The file that is written. */
  readonly path: string;
  readonly #folder: string;
  readonly #now: () => number;
  #waiting: Uint8Array[] = [];
  #made = false;
  /** Writes follow each other. */
  #written: Promise<void> = Promise.resolve();

  /** @param folder one a run; made with the first write */
  constructor(folder: string, options: SummaryWriterOptions = {}) {
    this.#folder = folder;
    this.#now = options.now ?? (() => Date.now() / 1000);
    const seconds = String(Math.floor(this.#now())).padStart(10, "0");
    // TensorBoard looks for "tfevents", and reads the files of a folder in the order of their names.
    this.path = join(folder, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${files++}`);
    this.#waiting.push(versionRecord(this.#now()));
  }

  /** A number over the steps. Tags with the same part before "/" are shown together. */
  addScalar(tag: string, value: number, step: number): void {
    this.#add(step, { kind: "scalar", tag, value });
  }

  /** How values are spread, in equal buckets (30 by default); those that are not finite are left out. */
  addHistogram(
    tag: string,
    values: ArrayLike<number>,
    step: number,
    options: { readonly buckets?: number } = {},
  ): void {
    const histogram = histogramOf(values, options.buckets);
    if (histogram !== undefined) this.#add(step, { kind: "histogram", tag, value: histogram });
  }

  /** A text, shown as Markdown. */
  addText(tag: string, text: string, step: number): void {
    this.#add(step, { kind: "text", tag, value: text });
  }

  /** Appends what was added. */
  flush(): Promise<void> {
    this.#written = this.#written.then(() => this.#write());
    return this.#written;
  }

  /** Appends what was added; more may be added later. */
  close(): Promise<void> {
    return this.flush();
  }

  #add(step: number, value: EventValue): void {
    this.#waiting.push(valueRecord(this.#now(), step, value));
  }

  async #write(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    if (bytes.length === 0) return;
    try {
      if (this.#made) return await appendFile(this.path, bytes);
      await mkdir(this.#folder, { recursive: true });
      await writeFile(this.path, bytes);
      this.#made = true;
    } catch (cause) {
      throw cannotWrite(this.path, cause);
    }
  }
}

function cannotWrite(path: string, cause: unknown): DataError {
  return new DataError({
    where: "SummaryWriter",
    problem: "the event file cannot be written",
    rows: [
      ["file", path],
      ["got", String((cause as Error).message)],
    ],
    fix: "check the folder and the space on the disk",
  });
}
