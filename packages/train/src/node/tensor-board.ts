import { parameters, stateDict } from "@nn/tensor";
import type { Callback, TrainingRun } from "../callback.js";
import { SummaryWriter } from "./summary-writer.js";

/** What is written for TensorBoard, and how often. */
export interface TensorBoardOptions {
  /** Loss and learning rate after every so many optimizer steps. Default 10; 0 leaves them out. */
  readonly everySteps?: number;
  /** Histograms of the parameters after every so many epochs. Default 0: none; they are read from the device. */
  readonly histogramsEveryEpochs?: number;
  /** Shown as text: the settings of the run, say. */
  readonly notes?: string;
}

const flushAfterMs = 10_000;

/**
 * Writes a training for TensorBoard: `batch/loss` and `batch/lr` by optimizer step; `train/…`, `validation/…`, `lr` and
 * `samples_per_second` after each epoch, by step too, so that runs of different batch sizes compare; histograms of the
 * parameters on wish. Metrics that are no numbers are shown as text. A resumed run goes on in a file of its own, which
 * TensorBoard joins.
 *
 * @param folder one a run, such as "runs/first"; `tensorboard --logdir runs` shows them
 * @throws DataError when the file cannot be written.
 *
 * @example
 * ```ts
 * import { mkdtemp, readdir } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { Linear, mseLoss } from "@nn/layers";
 * import { SGD } from "@nn/optim";
 * import { ones } from "@nn/tensor";
 * import { fit } from "@nn/train";
 * import { tensorBoard } from "@nn/train/node";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nn-board-"));
 * const model = new Linear(2, 1);
 * await fit(model, {
 *   data: [{ x: ones([4, 2]), y: ones([4, 1]) }],
 *   loss: (model, { x, y }) => mseLoss(model.forward(x), y),
 *   optimizer: new SGD(model, { lr: 0.1 }),
 *   epochs: 3,
 *   callbacks: [tensorBoard(folder, { everySteps: 1 })],
 * });
 * (await readdir(folder)).length; // => 1
 * ```
 */
export function tensorBoard(folder: string, options: TensorBoardOptions = {}): Callback {
  const { everySteps = 10, histogramsEveryEpochs = 0, notes } = options;
  const writer = new SummaryWriter(folder);
  let flushed = performance.now();
  let lastStep = 0;
  const flush = () => {
    flushed = performance.now();
    return writer.flush();
  };
  return {
    onTrainBegin(run) {
      lastStep = run.step;
      if (notes !== undefined) writer.addText("notes", notes, run.step);
    },
    async onBatchEnd({ loss, lr, step }) {
      // Accumulated batches share a step.
      if (everySteps === 0 || step === lastStep || step % everySteps !== 0) return;
      lastStep = step;
      writer.addScalar("batch/loss", loss, step);
      writer.addScalar("batch/lr", lr, step);
      if (performance.now() - flushed > flushAfterMs) await flush();
    },
    async onEpochEnd({ epoch, lr, samplesPerSecond, step, train, validation }, run) {
      addScores(writer, "train", train, step);
      if (validation !== undefined) addScores(writer, "validation", validation, step);
      writer.addScalar("lr", lr, step);
      writer.addScalar("samples_per_second", samplesPerSecond, step);
      if (histogramsEveryEpochs > 0 && epoch % histogramsEveryEpochs === 0) await addHistograms(writer, run, step);
      await flush();
    },
    onTrainEnd: () => writer.close(),
    onError: () => writer.close(),
  };
}

function addScores(writer: SummaryWriter, part: string, scores: object, step: number): void {
  for (const [name, value] of Object.entries(scores)) {
    if (typeof value === "number") writer.addScalar(`${part}/${name}`, value, step);
    // Four spaces make it a block of code, in which columns stay in line.
    else writer.addText(`${part}/${name}`, String(value).replace(/^/gm, "    "), step);
  }
}

async function addHistograms(writer: SummaryWriter, { model }: TrainingRun, step: number): Promise<void> {
  const trained = new Set<unknown>(parameters(model));
  const named = Object.entries(stateDict(model)).filter(([, tensor]) => trained.has(tensor));
  const values = await Promise.all(named.map(async ([name, tensor]) => [name, await tensor.data()] as const));
  for (const [name, data] of values) writer.addHistogram(name, data, step);
}
