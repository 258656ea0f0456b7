import { clipGradNorm } from "@nn/optim";
import { clone, Gradients, isNNError, isTensor, locateError, scope, type Tree, valueAndGrad } from "@nn/tensor";
import { samplesIn } from "./batch-source.js";
import type { Callback, TrainingRun } from "./callback.js";
import { EarlyStopper, type EarlyStopperState } from "./early-stopper.js";
import { evaluateModel, readNow } from "./evaluate-model.js";
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
import { lossParts } from "./loss-parts.js";
import { Pace } from "./pace.js";
import { type Measured, ReadQueue } from "./read-queue.js";
import { Scoreboard, type ScoreboardState } from "./scoreboard.js";
import { restoreTrainingState, type TrainingState, trainingState } from "./training-state.js";

/** What `fit` counts, saved beside the parts. */
interface Progress<Ms extends Metrics> {
  readonly batch: number;
  readonly board: ScoreboardState;
  readonly history: readonly EpochRecord<Ms>[];
  readonly stopping: EarlyStopperState | null;
  readonly stopped: boolean;
  readonly seconds: number;
}

/** One call of `fit`. */
export class Training<M extends Tree, B, R extends LossResult, Ms extends Metrics<B, Rest<R>>>
  implements TrainingRun<Ms>
{
  epoch = 1;
  step = 0;
  history: readonly EpochRecord<Ms>[] = [];
  readonly model: M;
  readonly optimizer: FitOptimizer;
  readonly epochs: number;
  readonly #options: FitOptions<M, B, R, Ms>;
  readonly #board: Scoreboard<Ms>;
  readonly #queue = new ReadQueue();
  readonly #pace = new Pace();
  readonly #stopper: EarlyStopper | undefined;
  /** Batches of this epoch so far. */
  #batch = 0;
  /** Gradients of batches that wait for their step. */
  #pending: Gradients | null = null;
  #accumulated = 0;
  #stop = false;
  #stoppedEarly = false;
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
    const metrics = options.metrics ?? ({} as Ms);
    this.#board = new Scoreboard(metrics);
    const { earlyStopping, validation } = options;
    if (earlyStopping !== undefined) {
      this.#stopper = new EarlyStopper(model, earlyStopping, metrics, validation !== undefined);
    }
  }

  get batches(): number | undefined {
    return this.#options.data.length;
  }
  get #aborted(): boolean {
    return this.#stop || this.#options.signal?.aborted === true;
  }

  stop(): void {
    this.#stop = true;
  }

  async run(): Promise<FitResult<Ms>> {
    const started = performance.now();
    try {
      this.#board.reset();
      if (this.#options.resume !== undefined) this.#restore(this.#options.resume);
      await this.#tell((callback) => callback.onTrainBegin?.(this));
      while (this.epoch <= this.epochs && !this.#stoppedEarly && !this.#aborted) await this.#runEpoch();
      const aborted = this.#aborted && this.epoch <= this.epochs && !this.#stoppedEarly;
      if (aborted) await this.#save();
      else this.#stopper?.finish();
      const result: FitResult<Ms> = {
        history: this.history,
        epochs: this.epoch - 1,
        steps: this.step,
        stopped: aborted ? "aborted" : this.#stoppedEarly ? "early" : "completed",
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
    this.#pending?.dispose();
    this.#pending = null;
    this.#stopper?.dispose();
  }

  async state(): Promise<TrainingState> {
    await this.#queue.drain();
    const { data, metrics, optimizer } = this.#options;
    const extra: Progress<Ms> = {
      batch: this.#batch,
      board: this.#board.state(),
      history: this.history,
      stopping: this.#stopper?.state() ?? null,
      stopped: this.#stoppedEarly,
      seconds: this.#batch === 0 ? 0 : this.#earlier + secondsSince(this.#epochStarted),
    };
    return trainingState({ model: this.model, optimizer, data, metrics, epoch: this.epoch, step: this.step, extra });
  }

  #restore(state: TrainingState): void {
    const { data, metrics, optimizer } = this.#options;
    const progress = restoreTrainingState(state, { model: this.model, optimizer, data, metrics }) as Progress<Ms>;
    this.epoch = state.epoch;
    this.step = state.step;
    this.#batch = progress.batch;
    this.#board.restore(progress.board);
    this.history = progress.history;
    this.#stoppedEarly = progress.stopped;
    this.#earlier = progress.seconds;
    if (progress.stopping !== null) this.#stopper?.restore(progress.stopping);
  }

  async #runEpoch(): Promise<void> {
    this.#epochStarted = performance.now();
    if (this.#batch === 0) await this.#tell((callback) => callback.onEpochBegin?.(this));
    const complete = await this.#runBatches();
    await this.#queue.drain();
    const seconds = secondsSince(this.#epochStarted);
    this.#busySeconds += seconds;
    if (!complete) return;
    const { samples } = this.#board;
    const train = this.#board.scores();
    const validation = await this.#validate();
    const record: EpochRecord<Ms> = {
      epoch: this.epoch,
      step: this.step,
      lr: this.optimizer.lr,
      train,
      ...(validation === undefined ? {} : { validation }),
      samples,
      seconds: this.#earlier + secondsSince(this.#epochStarted),
      samplesPerSecond: samples / (this.#earlier + seconds),
    };
    this.history = [...this.history, record];
    if (this.#stopper?.update(record) === true) this.#stoppedEarly = true;
    await this.#tell((callback) => callback.onEpochEnd?.(record, this));
    this.#board.reset();
    this.#batch = 0;
    this.#earlier = 0;
    this.epoch++;
    const { checkpoint } = this.#options;
    const every = checkpoint?.everyEpochs ?? (checkpoint?.everySteps === undefined ? 1 : undefined);
    if (every !== undefined && (record.epoch % every === 0 || this.#stoppedEarly)) await this.#save();
  }

  /** False when it was stopped before the last batch. */
  async #runBatches(): Promise<boolean> {
    const { accumulate = 1, data, samples = samplesIn } = this.#options;
    let skip = data.restore === undefined ? this.#batch : 0;
    for await (const batch of data) {
      if (skip-- > 0) continue;
      const count = samples(batch);
      const measured = this.#trainOn(batch);
      this.#batch++;
      this.#samples += count;
      if (this.#accumulated === accumulate) this.#stepPending();
      const stepped = this.#accumulated === 0;
      await this.#report(measured, count);
      await this.#pace.breathe();
      if (!stepped) continue;
      await this.#saveEverySteps();
      if (this.#aborted) return false;
    }
    if (this.#batch === 0) throw noBatchError(this.epoch);
    if (this.#accumulated > 0) {
      this.#stepPending();
      await this.#saveEverySteps();
    }
    return true;
  }

  /** Forward, backward and, unless gradients are gathered over several batches, the optimizer's step. */
  #trainOn(batch: B): Measured {
    const { accumulate = 1, loss } = this.#options;
    const { measured, pending } = scope(() => {
      const out = valueAndGrad(this.model, () => lossParts("fit", loss(this.model, batch)));
      const measured = readNow([out.loss, ...this.#board.measure(batch, out.rest)]);
      // Where the number is at hand, a loss that is not finite does not reach the weights.
      const now = measured[0]!;
      if (!isTensor(now)) this.#checkLoss(now[0]!, this.#batch + 1, this.step + 1);
      if (accumulate > 1) {
        this.#accumulated++;
        return { measured, pending: addGradients(this.#pending, out.grads) };
      }
      this.#move(out.grads);
      return { measured, pending: null };
    });
    this.#pending?.dispose();
    this.#pending = pending;
    return measured;
  }

  #stepPending(): void {
    const pending = this.#pending!;
    const share = 1 / this.#accumulated;
    scope(() => this.#move(pending.map((gradient) => gradient.mul(share))));
    pending.dispose();
    this.#pending = null;
  }

  #move(grads: Gradients): void {
    const { clipNorm, optimizer } = this.#options;
    optimizer.step(clipNorm === undefined ? grads : clipGradNorm(grads, clipNorm).grads);
    this.step++;
    this.#accumulated = 0;
  }

  #report(measured: Measured, samples: number): Promise<void> {
    const { epoch, step } = this;
    const batch = this.#batch;
    const { lr } = this.optimizer;
    return this.#queue.push(measured, (values) => {
      const loss = values[0]![0]!;
      this.#checkLoss(loss, batch, step);
      this.#board.add(values, samples);
      const scores = () => this.#board.scores();
      return this.#tell((callback) => callback.onBatchEnd?.({ epoch, batch, step, samples, loss, lr, scores }, this));
    });
  }

  #checkLoss(loss: number, batch: number, step: number): void {
    if (this.#options.allowNonFinite === true || Number.isFinite(loss)) return;
    throw notFiniteError(loss, this.epoch, batch, step);
  }

  async #validate(): Promise<Scores<Ms> | undefined> {
    const { loss, metrics, samples, validation } = this.#options;
    if (validation === undefined) return undefined;
    const every = validation.everyEpochs ?? 1;
    if (this.epoch % every !== 0 && this.epoch !== this.epochs) return undefined;
    return evaluateModel(this.model, validation.data, {
      loss: validation.loss ?? loss,
      metrics: validation.metrics ?? metrics,
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

/** The sum of two sets of gradients; where one has none, a copy of the other's. */
function addGradients(pending: Gradients | null, grads: Gradients): Gradients {
  if (pending === null) return grads;
  const targets = new Set([...pending, ...grads].map(([target]) => target));
  const sums = [...targets].map((target) => {
    if (!pending.has(target)) return [target, grads.get(target)] as const;
    if (!grads.has(target)) return [target, clone(pending.get(target))] as const;
    return [target, pending.get(target).add(grads.get(target))] as const;
  });
  return new Gradients(new Map(sums));
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
