import { crossEntropy } from "@nn/layers";
import { Adam } from "@nn/optim";
import type { LstmState } from "@nn/recurrent";
import { clone, Generator, stopGradient, type Tensor } from "@nn/tensor";
import {
  type Callback,
  type CheckpointOptions,
  evaluateModel,
  type FitResult,
  fit,
  type TrainingState,
} from "@nn/train";
import type { Corpus, Part } from "./data.js";
import { StreamState, Writer } from "./model.js";
import { ClockedCosine } from "./schedule.js";
import type { Settings } from "./settings.js";
import { ignored, measuringStreams, type TextBatch, trainingStreams } from "./streams.js";

export interface TrainOptions {
  readonly settings: Settings;
  readonly corpus: Corpus;
  readonly callbacks?: readonly Callback[];
  readonly checkpoint?: CheckpointOptions;
  /** Goes on from here. */
  readonly resume?: TrainingState | undefined;
  /** Stops after the step under way. */
  readonly signal?: AbortSignal;
}

/** How a training ended. */
export interface Trained {
  readonly writer: Writer;
  readonly result: FitResult;
  /** Seconds of the training, of all parts of a run that was stopped and resumed. */
  readonly seconds: number;
  /** Whether the time was up before the last epoch was done. */
  readonly timeIsUp: boolean;
}

/** The net, and where it stands in the streams that it is trained on. */
interface Reading {
  readonly writer: Writer;
  readonly training: StreamState;
}

const streamsMeasured = 32;

/** Trains a net. All that is random comes from the seed, each use by a stream of its own. */
export async function trainWriter(options: TrainOptions): Promise<Trained> {
  const { settings, corpus, callbacks = [], checkpoint, resume, signal } = options;
  const { epochs, minutes, batchSize, steps, hidden, lr, seed } = settings;
  const random = new Generator(seed);
  const writer = new Writer(corpus.tokenizer.size, settings, random.split("weights"));
  const reading: Reading = { writer, training: new StreamState(batchSize, hidden) };
  const streams = { n: batchSize, t: steps, generator: random.split("streams") };
  const data = trainingStreams(corpus.indices, corpus.train, streams);
  const measured = measurer(hidden);
  const optimizer = new Adam(writer, { lr });
  const schedule = new ClockedCosine(optimizer, {
    maxLr: lr,
    totalSteps: epochs * data.length!,
    seconds: 60 * minutes,
  });
  const result = await fit(reading, {
    data,
    loss: ({ writer, training }, batch) => lossOf(writer, training, batch),
    samples: ({ counted }) => counted,
    optimizer,
    clipNorm: 1,
    schedule: { scheduler: schedule, every: "step" },
    epochs,
    validation: {
      data: measuringStreams(corpus.indices, corpus.validation, { n: streamsMeasured }),
      loss: ({ writer }, batch) => lossOf(writer, measured, batch),
    },
    callbacks: [...callbacks, timeLimit(schedule)],
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(resume === undefined ? {} : { resume }),
    ...(signal === undefined ? {} : { signal }),
  });
  const timeIsUp = result.stopped === "aborted" && signal?.aborted !== true;
  return { writer, result, seconds: schedule.elapsed, timeIsUp };
}

/** Mean bits that the net needs for a character of a part of the text. */
export async function bitsPerCharacter(writer: Writer, corpus: Corpus, part: Part, hidden: number): Promise<number> {
  const state = measurer(hidden);
  const data = measuringStreams(corpus.indices, part, { n: streamsMeasured });
  const { loss } = await evaluateModel(writer, data, {
    loss: (writer, batch: TextBatch) => lossOf(writer, state, batch),
    samples: ({ counted }) => counted,
  });
  return loss / Math.LN2;
}

function measurer(hidden: number): StreamState {
  return new StreamState(streamsMeasured, hidden);
}

/** Reads a window from where the one before ended: gradients stay within it, the state goes on. */
function lossOf(writer: Writer, streams: StreamState, { x, y, counted, first }: TextBatch): Tensor {
  if (first) streams.reset();
  const before: LstmState = { h: clone(streams.h), c: clone(streams.c) };
  const { logits, state } = writer.forward(x, before);
  streams.h.assign(stopGradient(state.h));
  streams.c.assign(stopGradient(state.c));
  const [n, t, characters] = logits.shape;
  return crossEntropy(logits.reshape([n * t, characters]), y, { reduction: "sum", ignoreIndex: ignored }).div(
    Math.max(1, counted),
  );
}

/** Stops the training when its time is up. */
function timeLimit(schedule: ClockedCosine): Callback {
  const check: Callback["onTrainBegin"] = (run) => {
    if (schedule.timeIsUp) run.stop();
  };
  return { onTrainBegin: check, onBatchEnd: (_, run) => check(run) };
}
