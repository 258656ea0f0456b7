import { Generator, setBackend } from "@nn/tensor";
import type { TrainingState } from "@nn/train";
import { makeBackend } from "@nn-tooling/app-kit";
import { beforeAll, describe, expect, it } from "vitest";
import { corpusOf } from "./data.js";
import { Writer } from "./model.js";
import { writeOn } from "./sample.js";
import { defaults, type Settings } from "./settings.js";
import { bitsPerCharacter, type Trained, trainWriter } from "./training.js";
import { examineUnits, traceUnits } from "./units.js";

const corpus = corpusOf(Array.from("“Call me Ishmael.” Some years ago—never mind\nhow long precisely. ".repeat(60)));
const settings: Settings = { ...defaults, hidden: 24, embedding: 8, batchSize: 4, steps: 16, epochs: 2, lr: 0.01 };

let whole: Trained;

beforeAll(async () => {
  setBackend(await makeBackend("wasm", 1));
  whole = await trainWriter({ settings, corpus });
}, 60_000);

describe("trainWriter", () => {
  it("lowers the loss, and with it the bits of the part held back", async () => {
    const untrained = new Writer(corpus.tokenizer.size, settings, new Generator(1));
    const before = await bitsPerCharacter(untrained, corpus, corpus.heldBack, settings.hidden);
    const { writer, result, timeIsUp } = whole;
    const after = await bitsPerCharacter(writer, corpus, corpus.heldBack, settings.hidden);
    const losses = result.history.map(({ train }) => train.loss);
    expect(losses[1]!).toBeLessThan(losses[0]!);
    expect(before).toBeGreaterThan(4);
    expect(after).toBeLessThan(0.7 * before);
    expect(timeIsUp).toBe(false);
  }, 60_000);

  it("ends with the same bits when it was stopped in the middle of a stream and went on", async () => {
    const stop = new AbortController();
    let saved: TrainingState | undefined;
    const checkpoint = {
      save(state: TrainingState) {
        saved = state;
      },
    };
    const callbacks = [{ onBatchEnd: ({ step }: { step: number }) => (step === 20 ? stop.abort() : undefined) }];
    const first = await trainWriter({ settings, corpus, callbacks, checkpoint, signal: stop.signal });
    expect([first.result.stopped, first.result.steps, first.timeIsUp]).toEqual(["aborted", 20, false]);

    const resumed = await trainWriter({ settings, corpus, resume: saved });
    expect(await resumed.writer.head.weight.array()).toEqual(await whole.writer.head.weight.array());
    expect(resumed.result.history.map(({ train }) => train.loss)).toEqual(
      whole.result.history.map(({ train }) => train.loss),
    );
  }, 60_000);

  it("stops when the time is up", async () => {
    const { result, timeIsUp, seconds } = await trainWriter({
      settings: { ...settings, epochs: 1000, minutes: 0.005 },
      corpus,
    });
    expect([result.stopped, timeIsUp]).toEqual(["aborted", true]);
    expect(seconds).toBeGreaterThanOrEqual(0.3);
  }, 60_000);
});

describe("writeOn", () => {
  it("writes characters of the alphabet: the same from the same seed, others from another", async () => {
    const { writer } = whole;
    const text = async (seed: number, temperature: number) => {
      let written = "";
      const draws = { prompt: "Call ", temperature, length: 40, generator: new Generator(seed) };
      for await (const character of writeOn(writer, corpus.tokenizer, draws)) written += character;
      return written;
    };
    expect(await text(1, 1)).toBe(await text(1, 1));
    expect(await text(1, 1)).not.toBe(await text(2, 1));
    expect(await text(1, 0)).toBe(await text(2, 0));
  }, 60_000);
});

describe("traceUnits", () => {
  it("sees the same in stretches side by side, if each is led up to", async () => {
    const part = { from: 3600, to: 3640 };
    const [one, four] = [
      await traceUnits(whole.writer, corpus, part),
      await traceUnits(whole.writer, corpus, part, { n: 4 }),
    ];
    expect([four.length, four.units]).toEqual([40, 48]);
    expect(Math.max(...one.values.map((value, i) => Math.abs(value - four.values[i]!)))).toBeLessThan(0.01);
  }, 60_000);
});

describe("examineUnits", () => {
  it("finds a unit for each feature, and what it does elsewhere", async () => {
    const { writer } = whole;
    const { text, trace, matches } = await examineUnits(writer, corpus, corpus.validation, { from: 3700, to: 3760 });
    expect(text).toHaveLength(60);
    expect([trace.length, trace.units]).toEqual([60, 48]);
    const between = matches.find(({ feature }) => feature === "between words")!;
    expect(Math.abs(between.correlation)).toBeGreaterThan(0.3);
    expect(between.values).toHaveLength(60);
    for (const { values } of matches) for (const value of values) expect(Math.abs(value)).toBeLessThanOrEqual(1);
  }, 60_000);
});
