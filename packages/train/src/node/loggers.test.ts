import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { load } from "@nn/io/node";
import { SGD } from "@nn/optim";
import { beforeEach, describe, expect, it } from "vitest";
import { accuracy, type Callback, confusionMatrix, evaluateModel, fit, type TrainingState } from "../index.js";
import { csvLogger, loadCheckpoint, modelCheckpoint, SummaryWriter, tensorBoard } from "../node.js";
import { classifier, classifierLoss, pairLoader, weightsOf } from "../test-classifier.js";
import { crc32c, maskedCrc32c } from "./crc32c.js";
import { histogramOf } from "./histogram.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nn-log-"));
});

/** Four epochs of four steps. */
async function train(callbacks: Callback[], more: { epochs?: number; resume?: TrainingState; lr?: number } = {}) {
  const model = classifier();
  const states: TrainingState[] = [];
  const result = await fit(model, {
    data: pairLoader(40, 10),
    loss: classifierLoss,
    optimizer: new SGD(model, { lr: more.lr ?? 0.5 }),
    epochs: more.epochs ?? 4,
    validation: { data: pairLoader(40, 40), everyEpochs: 2 },
    metrics: { accuracy: accuracy(), confusion: confusionMatrix({ classes: 2 }) },
    checkpoint: { save: (state) => void states.push(state) },
    resume: more.resume,
    callbacks,
  });
  return { model, result, states };
}

describe("csvLogger", () => {
  const table = async (path: string) =>
    (await readFile(path, "utf8"))
      .trim()
      .split("\n")
      .map((line) => line.split(","));

  it("writes a line an epoch, with the columns of all epochs", async () => {
    const path = join(folder, "logs/a.csv");
    const { result } = await train([csvLogger(path)]);
    const [head, ...rows] = await table(path);
    expect(head).toEqual(
      "epoch,step,lr,samples,seconds,samplesPerSecond,train.loss,train.accuracy,validation.loss,validation.accuracy".split(
        ",",
      ),
    );
    expect(rows.map((row) => row.slice(0, 4))).toEqual(
      [1, 2, 3, 4].map((epoch) => [epoch, 4 * epoch, 0.5, 40].map(String)),
    );
    expect(rows.map((row) => Number(row[6]))).toEqual(result.history.map(({ train }) => train.loss));
    expect(rows[0]!.slice(8)).toEqual(["", ""]);
    expect(Number(rows[1]![8])).toBe(result.history[1]!.validation!.loss);
  });

  it("has each epoch once after a resume", async () => {
    const path = join(folder, "a.csv");
    const { states } = await train([csvLogger(path)], { epochs: 3 });
    await train([csvLogger(path)], { resume: states[0]! });
    expect((await table(path)).map(([epoch]) => epoch)).toEqual(["epoch", "1", "2", "3", "4"]);
  });
});

describe("modelCheckpoint", () => {
  it("keeps the best model, the last one, and the newest of the numbered ones", async () => {
    await writeFile(join(folder, "epoch-0100.safetensors"), "of another run");
    const { model, result } = await train([
      modelCheckpoint(folder, { last: true, everyEpochs: 1, everySteps: 6, keep: 2, monitor: "train.accuracy" }),
    ]);
    expect((await readdir(folder)).sort()).toEqual([
      "best.safetensors",
      "epoch-0003.safetensors",
      "epoch-0004.safetensors",
      "epoch-0100.safetensors",
      "last.safetensors",
      "step-00000006.safetensors",
      "step-00000012.safetensors",
    ]);
    const other = classifier();
    expect(await load(other, join(folder, "last.safetensors"))).toEqual({ epoch: "4", step: "16" });
    expect(await weightsOf(other)).toEqual(await weightsOf(model));
    const accuracies = result.history.map(({ train }) => train.accuracy);
    const best = accuracies.indexOf(Math.max(...accuracies));
    const facts = { epoch: String(best + 1), monitor: "train.accuracy", value: String(accuracies[best]) };
    expect(await load(other, join(folder, "best.safetensors"))).toMatchObject(facts);
  });

  it("watches the loss of the validation by default, and the best one is what it says", async () => {
    const { result } = await train([modelCheckpoint(folder)], { lr: 30 });
    const best = result.history
      .filter(({ validation }) => validation !== undefined)
      .reduce((least, next) => (next.validation!.loss < least.validation!.loss ? next : least));
    const model = classifier();
    const { epoch } = await load(model, join(folder, "best.safetensors"));
    expect(Number(epoch)).toBe(best.epoch);
    const { loss } = await evaluateModel(model, pairLoader(40, 40), { loss: classifierLoss });
    expect(loss).toBeCloseTo(best.validation!.loss, 6);
  });

  it("saves whole states, and knows the best one after a resume", async () => {
    const first = await train([modelCheckpoint(folder, { content: "state" })], { epochs: 2 });
    const best = await loadCheckpoint(join(folder, "best"));
    expect(best).toMatchObject({ epoch: 3, step: 8 });
    // So large a rate makes everything worse, so the best one stays.
    const spoil: Callback = {
      onTrainBegin(run) {
        run.optimizer.lr = 1000;
      },
    };
    const { result } = await train([spoil, modelCheckpoint(folder, { content: "state" })], {
      resume: first.states.at(-1)!,
    });
    expect(result.history[3]!.validation!.loss).toBeGreaterThan(result.history[1]!.validation!.loss);
    expect(await loadCheckpoint(join(folder, "best"))).toEqual(best);
  });

  it("refuses counts that make no sense", () => {
    expect(() => modelCheckpoint(folder, { keep: 0 })).toThrow(/keep[^]*a positive integer\s+got\s+0/);
  });
});

/** The events of a file, by an own reading of TFRecords: tag, step and scalar, or the number of the field it is in. */
async function eventsOf(path: string) {
  const bytes = await readFile(path);
  const events: { tag?: string; step: number; value?: number }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    expect(bytes.readUInt32LE(at + 8)).toBe(maskedCrc32c(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(bytes.readUInt32LE(at + 12 + length)).toBe(maskedCrc32c(data));
    events.push(readEvent(new BinaryReader(data)));
    at += length + 16;
  }
  return events;
}

function readEvent(reader: BinaryReader): { tag?: string; step: number; value?: number } {
  const event: { tag?: string; step: number; value?: number } = { step: 0 };
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 2) event.step = Number(reader.int64());
    else if (field === 5)
      reader.uint32(); // into the summary
    else if (field === 1 && type === 2) {
      // Into the value, whose fields are read in a loop of their own.
      const end = reader.uint32() + reader.pos;
      while (reader.pos < end) {
        const [inner, innerType] = reader.tag();
        if (inner === 1) event.tag = reader.string();
        else if (inner === 2) event.value = reader.float();
        else reader.skip(innerType);
      }
    } else reader.skip(type);
  }
  return event;
}

describe("tensorBoard", () => {
  it("writes batches, epochs, histograms and texts", async () => {
    const { result } = await train([tensorBoard(folder, { everySteps: 5, histogramsEveryEpochs: 4, notes: "a run" })]);
    const [name] = await readdir(folder);
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
    const events = await eventsOf(join(folder, name!));
    const of = (tag: string) => events.filter((event) => event.tag === tag);
    expect(events[0]).toEqual({ step: 0 });
    expect(of("notes").length).toBe(1);
    expect(of("batch/loss").map(({ step }) => step)).toEqual([5, 10, 15]);
    expect(of("train/loss").map(({ value }) => value)).toEqual(
      result.history.map(({ train }) => Math.fround(train.loss)),
    );
    expect(of("validation/accuracy").map(({ step }) => step)).toEqual([8, 16]);
    expect(of("lr")[0]).toEqual({ tag: "lr", step: 4, value: 0.5 });
    expect(of("train/confusion").length).toBe(4);
    expect(of("0.weight")).toEqual([{ tag: "0.weight", step: 16 }]);
  });

  it("says when a file cannot be written", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(new SummaryWriter(join(folder, "file")).flush()).rejects.toThrow(/event file cannot be written/);
  });
});

describe("crc32c", () => {
  it("gives the check values of RFC 3720", () => {
    expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe306_9283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a91_36aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8_ab43);
  });
});

describe("histogramOf", () => {
  it("counts finite values, the largest in the last bucket", () => {
    expect(histogramOf([0, 1, 2, 3, 4, Number.NaN, Number.POSITIVE_INFINITY], 2)).toEqual({
      min: 0,
      max: 4,
      count: 5,
      sum: 10,
      sumSquares: 30,
      limits: [2, 4],
      counts: [2, 3],
    });
    expect(histogramOf([3, 3])).toMatchObject({ limits: [3], counts: [2] });
    expect(histogramOf([Number.NaN])).toBeUndefined();
  });
});
