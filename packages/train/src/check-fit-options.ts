import { DataError } from "@nn/tensor";
import type { FitOptions, LossResult, Metrics, ScheduleOptions, Scheduler } from "./fit-options.js";

/** Throws one clear error for each option of `fit` that makes no sense, before anything is done. */
export function checkFitOptions<M, B, R extends LossResult, Ms extends Metrics>(
  options: FitOptions<M, B, R, Ms>,
): void {
  const { accumulate, clipNorm, clipValue, checkpoint, earlyStopping, epochs, schedule, validation } = options;
  checkFunction("loss", options.loss, "loss: (model, { x, y }) => crossEntropy(model.forward(x), y)");
  checkFunction("optimizer.step", options.optimizer?.step, "optimizer: new Adam(model, { lr: 1e-3 })");
  checkIterable("data", options.data);
  if (validation !== undefined) checkIterable("validation.data", validation.data);
  checkCount("epochs", epochs);
  if (accumulate !== undefined) checkCount("accumulate", accumulate);
  if (checkpoint !== undefined) {
    checkFunction("checkpoint.save", checkpoint.save, 'checkpoint: fileCheckpoint("runs/a") of @nn/train/node');
    if (checkpoint.everySteps !== undefined) checkCount("checkpoint.everySteps", checkpoint.everySteps);
    if (checkpoint.everyEpochs !== undefined) checkCount("checkpoint.everyEpochs", checkpoint.everyEpochs);
  }
  if (validation?.everyEpochs !== undefined) checkCount("validation.everyEpochs", validation.everyEpochs);
  if (clipNorm !== undefined && !(clipNorm > 0)) {
    throw wrong("clipNorm", "a positive number", clipNorm, "leave it out, or try clipNorm: 1");
  }
  if (clipValue !== undefined && !(clipValue > 0)) {
    throw wrong("clipValue", "a positive number", clipValue, "leave it out, or try clipValue: 1");
  }
  if (schedule !== undefined) checkSchedule(options, schedule);
  if (earlyStopping === undefined) return;
  const { patience, minDelta, monitor } = earlyStopping;
  if (patience !== undefined) checkCount("earlyStopping.patience", patience);
  if (minDelta !== undefined && !(minDelta >= 0)) {
    throw wrong("earlyStopping.minDelta", "a number that is not negative", minDelta, "leave it out for 0");
  }
  if (monitor !== undefined) checkMonitor("earlyStopping.monitor", monitor, options);
}

function checkSchedule<M, B, R extends LossResult, Ms extends Metrics>(
  options: FitOptions<M, B, R, Ms>,
  schedule: Scheduler | ScheduleOptions<Ms>,
): void {
  const { every, monitor, scheduler } = "scheduler" in schedule ? schedule : { scheduler: schedule };
  const isScheduler = typeof scheduler?.step === "function" && typeof scheduler.stateDict === "function";
  if (!isScheduler) {
    throw wrong(
      "schedule",
      "a scheduler, or { scheduler, every }",
      schedule,
      "pass new LRScheduler(optimizer, stepLR({ … }))",
    );
  }
  if (every !== undefined && every !== "step" && every !== "epoch") {
    throw wrong("schedule.every", '"step" or "epoch"', every, "use one of the two words");
  }
  if (monitor === undefined) return;
  if (every === "step")
    throw wrong("schedule.monitor", 'nothing, with every: "step"', monitor, "leave one of the two out");
  checkMonitor("schedule.monitor", monitor, options);
}

/** Throws unless the history will have a number at this path. */
function checkMonitor<M, B, R extends LossResult, Ms extends Metrics>(
  name: string,
  monitor: string,
  { metrics, validation }: Pick<FitOptions<M, B, R, Ms>, "metrics" | "validation">,
): void {
  const known = [
    ...numbers("train", metrics ?? {}),
    ...(validation === undefined ? [] : numbers("validation", validation.metrics ?? metrics ?? {})),
  ];
  if (known.includes(monitor)) return;
  throw wrong(
    name,
    known.join(", "),
    monitor,
    monitor.startsWith("validation.") && validation === undefined
      ? "pass validation: { data }, or watch the training"
      : "add the metric to metrics, or watch one of those",
  );
}

function numbers(part: string, metrics: Metrics): string[] {
  const names = Object.keys(metrics).filter((name) => typeof metrics[name]!.compute() === "number");
  return ["loss", ...names].map((name) => `${part}.${name}`);
}

function checkCount(name: string, value: unknown): void {
  if (Number.isInteger(value) && (value as number) > 0) return;
  throw wrong(name, "a positive integer", value, `pass ${name}: 1 or more`);
}

function checkFunction(name: string, value: unknown, fix: string): void {
  if (typeof value !== "function") throw wrong(name, "a function", value, `pass ${fix}`);
}

function checkIterable(name: string, value: unknown): void {
  const object = typeof value === "object" && value !== null;
  if (object && (Symbol.asyncIterator in value || Symbol.iterator in value)) return;
  throw wrong(
    name,
    "a loader or another (async) iterable of batches",
    value,
    "pass a DataLoader or an array of batches",
  );
}

function wrong(name: string, expected: string, got: unknown, fix: string): DataError {
  return new DataError({
    where: "fit",
    problem: `${name} is not what it should be`,
    rows: [
      ["expected", expected],
      ["got", typeof got === "object" && got !== null ? got.constructor.name : String(got)],
    ],
    fix,
  });
}
