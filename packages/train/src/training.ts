import { isNNError, locateError, type Tree } from "@nn/tensor";
import { samplesIn } from "./batch-source.js";
import type { Callback, TrainingRun } from "./callback.js";
import { EarlyStopper, type EarlyStopperState } from "./early-stopper.js";
import { evaluateModel } from "./evaluate-model.js";
import { noBatchError, notFiniteError } from "./fit-errors.js";
import type {
  EpochRecord,
  FitOptimizer,
  FitOptions,
  FitResult,
  LossResult,
  Metrics,
  Rest,
  Scores,
} from "./fit-options.js";
import type { Mode } from "./metric.js";
import { Pace } from "./pace.js";
import { type Measured, ReadQueue } from "./read-queue.js";
import { readRecord, type SavedRecord, saveScores } from "./saved-record.js";
import { ScheduleRunner } from "./schedule-runner.js";
import { Scoreboard, type ScoreboardState } from "./scoreboard.js";
import { Stepper } from "./stepper.js";
import { restoreTrainingState, type TrainingParts, type TrainingState, trainingState } from "./training-state.js";

/** What `fit` counts, saved beside the parts. */
interface Progress {
  readonly batch: number;
  /** The data of the epoch is used up, and stands at the next one. */
  readonly through: boolean;
  readonly board: ScoreboardState;
  readonly history: readonly SavedRecord[];
  readonly stopping: EarlyStopperState | null;
  readonly seconds: number;
  /** Where the validation data stands; its order may matter to the last bit of a sum. */
  readonly validation?: unknown;
}

/** One call of `fit`. */
export class Training<M extends Tree, B, R extends LossResult, Ms extends Metrics<B, Rest<R>>>
  implements TrainingRun<Ms>
{
  epoch = 1;
  step = 0;
  readonly history: EpochRecord<Ms>[] = [];
  readonly model: M;
  readonly optimizer: FitOptimizer;
  readonly epochs: number;
  readonly watched: string;
  readonly #options: FitOptions<M, B, R, Ms>;
  readonly #board: Scoreboard<Ms>;
  readonly #stepper: Stepper<M, B, R, Ms>;
  readonly #queue = new ReadQueue();
  readonly #pace = new Pace();
  readonly #stopper: EarlyStopper | undefined;
  readonly #schedule: ScheduleRunner | undefined;
  readonly #metrics: Ms;
  /** The history as it is saved. */
  #saved: readonly SavedRecord[] = [];
  /** Batches of this epoch so far. */
  #batch = 0;
  /** The data of this epoch is used up. */
  #through = false;
  #stop = false;
  /** An epoch is done and its end is told, but the next one has not begun. */
  #between = false;
  #busySeconds = 0;
  #samples = 0;
  /** Seconds of this epoch before a resume, and when it went on. */
  #earlier = 0;
  #epochStarted = 0;

  constructor(model: M, options: FitOptions<M, B, R, Ms>) {
    this.model = model;
    this.optimizer = options.optimizer;
    this.epochs = options.epochs;
    this.#options = options;
    const { earlyStopping, metrics = {} as Ms, schedule, validation } = options;
    this.#metrics = metrics;
    this.#board = new Scoreboard(metrics);
    this.#stepper = new Stepper(model, options, {
      measure: (batch, rest) => this.#board.measure(batch, rest),
      check: (loss) => this.#checkLoss(loss, this.#batch + 1, this.step + 1),
      stepped: () => {
        this.step++;
        this.#schedule?.afterStep();
      },
    });
    this.watched = validation === undefined ? "train.loss" : "validation.loss";
    if (earlyStopping !== undefined) {
      const modeOf = (monitor: string) => this.modeOf(monitor);
      this.#stopper = new EarlyStopper(model, earlyStopping, modeOf, this.watched);
    }
    if (schedule !== undefined) {
      // A scheduler must step in every epoch, so it looks at what every epoch has.
      this.#schedule = new ScheduleRunner(schedule, (validation?.everyEpochs ?? 1) > 1 ? "train.loss" : this.watched);
    }
  }

  get batches(): number | undefined {
    return this.#options.data.length;
  }
  get #finished(): boolean {
    return this.epoch > this.epochs || this.#stopper?.exhausted === true;
  }
  get #aborted(): boolean {
    return this.#stop || this.#options.signal?.aborted === true;
  }

  stop(): void {
    this.#stop = true;
  }

  modeOf(monitor: string): Mode {
    const [part, name] = monitor.split(".", 2) as [string, string];
    const metrics: Metrics = (part === "validation" && this.#options.validation?.metrics) || this.#metrics;
    return metrics[name]?.mode ?? "min";
  }

  async run(): Promise<FitResult<Ms>> {
    const started = performance.now();
    try {
      this.#board.reset();
      if (this.#options.resume !== undefined) this.#restore(this.#options.resume);
      await this.#tell((callback) => callback.onTrainBegin?.(this));
      while (!this.#finished && !this.#aborted) await this.#runEpoch();
      const aborted = !this.#finished;
      if (aborted) await this.#save();
      else this.#stopper?.finish();
      const result: FitResult<Ms> = {
        history: this.history,
        epochs: this.epoch - 1,
        steps: this.step,
        stopped: aborted ? "aborted" : this.epoch > this.epochs ? "completed" : "early",
        seconds: secondsSince(started),
        samplesPerSecond: this.#busySeconds > 0 ? this.#samples / this.#busySeconds : 0,
        best: this.#stopper?.best ?? undefined,
      };
      await this.#tell((callback) => callback.onTrainEnd?.(result, this));
      return result;
    } catch (error) {
      if (isNNError(error)) locateError(this.model, error);
      await this.#tell((callback) => callback.onError?.(error, this));
      throw error;
    }
  }

  dispose(): void {
    this.#stepper.dispose();
    this.#stopper?.dispose();
  }

  async state(): Promise<TrainingState> {
    await this.#queue.drain();
    const { validation } = this.#options;
    const extra: Progress = {
      batch: this.#batch,
      through: this.#through,
      board: this.#board.state(),
      history: this.#saved,
      stopping: this.#stopper?.state() ?? null,
      seconds: this.#batch === 0 ? 0 : this.#earlier + secondsSince(this.#epochStarted),
      validation: validation?.data.state?.(),
    };
    const epoch = this.#between ? this.epoch + 1 : this.epoch;
    return trainingState({ ...this.#parts(), epoch, step: this.step, extra });
  }

  #parts(): TrainingParts {
    const { data, optimizer } = this.#options;
    return { model: this.model, optimizer, data, metrics: this.#metrics, schedule: this.#schedule?.scheduler };
  }

  #restore(state: TrainingState): void {
    const { validation } = this.#options;
    const progress = restoreTrainingState(state, this.#parts()) as Progress;
    this.epoch = state.epoch;
    this.step = state.step;
    this.#batch = progress.batch;
    this.#through = progress.through;
    this.#board.restore(progress.board);
    this.#saved = progress.history;
    const validationMetrics = validation?.metrics ?? this.#metrics;
    this.history.push(...progress.history.map((saved) => readRecord(saved, this.#metrics, validationMetrics)));
    this.#earlier = progress.seconds;
    if (progress.stopping !== null) this.#stopper?.restore(progress.stopping);
    if (progress.validation !== undefined) validation?.data.restore?.(progress.validation);
  }

  async #runEpoch(): Promise<void> {
    this.#epochStarted = performance.now();
    if (this.#batch === 0) await this.#tell((callback) => callback.onEpochBegin?.(this));
    const complete = this.#through || (await this.#runBatches());
    await this.#queue.drain();
    const seconds = secondsSince(this.#epochStarted);
    this.#busySeconds += seconds;
    if (complete) await this.#endEpoch(this.#earlier + seconds);
  }

  async #endEpoch(trainSeconds: number): Promise<void> {
    const { samples } = this.#board;
    const train = this.#board.scores();
    const savedTrain = saveScores(train, this.#metrics);
    const validation = await this.#validate();
    const validationMetrics = this.#options.validation?.metrics ?? this.#metrics;
    const facts = {
      epoch: this.epoch,
      step: this.step,
      lr: this.optimizer.lr,
      samples,
      seconds: this.#earlier + secondsSince(this.#epochStarted),
      samplesPerSecond: samples / trainSeconds,
    };
    const record: EpochRecord<Ms> = { ...facts, train, ...(validation && { validation }) };
    const savedValidation = validation && { validation: saveScores(validation, validationMetrics) };
    this.#saved = [...this.#saved, { ...facts, train: savedTrain, ...savedValidation }];
    this.history.push(record);
    this.#schedule?.afterEpoch(record);
    this.#stopper?.update(record);
    this.#board.reset();
    this.#batch = 0;
    this.#through = false;
    this.#earlier = 0;
    this.#between = true;
    await this.#tell((callback) => callback.onEpochEnd?.(record, this));
    this.#between = false;
    this.epoch++;
    const { checkpoint } = this.#options;
    const every = checkpoint?.everyEpochs ?? (checkpoint?.everySteps === undefined ? 1 : undefined);
    if (every !== undefined && (record.epoch % every === 0 || this.#finished)) await this.#save();
  }

  /** False when it was stopped before the last batch. */
  async #runBatches(): Promise<boolean> {
    const { data, samples = samplesIn } = this.#options;
    let skip = data.restore === undefined ? this.#batch : 0;
    for await (const batch of data) {
      if (skip-- > 0) continue;
      const count = samples(batch);
      const { lr } = this.optimizer;
      const measured = this.#stepper.run(batch);
      this.#batch++;
      this.#samples += count;
      // A promise that need not be waited for costs more than a small op.
      const reported = this.#report(measured, count, lr);
      if (reported !== undefined) await reported;
      const turn = this.#pace.breathe();
      if (turn !== undefined) await turn;
      if (this.#stepper.waits) continue;
      if (this.#options.checkpoint !== undefined) await this.#saveEverySteps();
      if (this.#aborted) return false;
    }
    if (this.#batch === 0) throw noBatchError(this.epoch);
    this.#through = true;
    if (this.#stepper.waits) {
      this.#stepper.flush();
      await this.#saveEverySteps();
    }
    return true;
  }

  #report(measured: Measured, samples: number, lr: number): void | Promise<void> {
    const { epoch, step } = this;
    const batch = this.#batch;
    return this.#queue.push(measured, (values) => {
      const loss = values[0]!.data[0]!;
      this.#checkLoss(loss, batch, step);
      this.#board.add(values, samples);
      if (this.#options.callbacks === undefined) return;
      const scores = () => this.#board.scores();
      return this.#tell((callback) => callback.onBatchEnd?.({ epoch, batch, step, samples, loss, lr, scores }, this));
    });
  }

  #checkLoss(loss: number, batch: number, step: number): void {
    if (this.#options.allowNonFinite === true || Number.isFinite(loss)) return;
    throw notFiniteError(loss, this.epoch, batch, step);
  }

  async #validate(): Promise<Scores<Ms> | undefined> {
    const { loss, samples, validation } = this.#options;
    if (validation === undefined) return undefined;
    const every = validation.everyEpochs ?? 1;
    if (this.epoch % every !== 0 && this.epoch !== this.epochs) return undefined;
    return evaluateModel(this.model, validation.data, {
      loss: validation.loss ?? loss,
      metrics: validation.metrics ?? this.#metrics,
      samples,
    });
  }

  async #saveEverySteps(): Promise<void> {
    const every = this.#options.checkpoint?.everySteps;
    if (every !== undefined && this.step % every === 0) await this.#save();
  }

  async #save(): Promise<void> {
    const { checkpoint } = this.#options;
    if (checkpoint !== undefined) await checkpoint.save(await this.state());
  }

  async #tell(call: (callback: Callback<Ms>) => void | Promise<void>): Promise<void> {
    for (const callback of this.#options.callbacks ?? []) await call(callback);
  }
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
