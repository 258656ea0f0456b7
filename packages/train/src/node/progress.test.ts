import { Writable } from "node:stream";
import { SGD } from "@nn/optim";
import { describe, expect, it } from "vitest";
import { accuracy, confusionMatrix, fit } from "../index.js";
import { progress } from "../node.js";
import { classifier, classifierLoss, pairLoader } from "../test-classifier.js";
import { barOf, durationOf, numberOf } from "./progress-text.js";

/** A stream that remembers what was written. */
function recorder(isTTY: boolean) {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  Object.assign(stream, { isTTY, columns: 120, rows: 24 });
  return { stream: stream as NodeJS.WriteStream, text: () => text };
}

async function train(isTTY: boolean, everySeconds?: number, patience?: number): Promise<string> {
  const { stream, text } = recorder(isTTY);
  const model = classifier();
  await fit(model, {
    data: pairLoader(40, 10),
    loss: classifierLoss,
    optimizer: new SGD(model, { lr: 1e-9 }),
    epochs: 3,
    validation: { data: pairLoader(40, 40) },
    metrics: { accuracy: accuracy(), confusion: confusionMatrix({ classes: 2 }) },
    earlyStopping: patience === undefined ? undefined : { patience, minDelta: 1 },
    callbacks: [progress({ stream, everySeconds })],
  });
  return text();
}

const epochLine = (epoch: number) =>
  new RegExp(
    `epoch ${epoch}/3  loss \\d\\.\\d{4}  accuracy \\d\\.\\d{4}  validation loss \\d\\.\\d{4}  validation accuracy \\d\\.\\d{4}  \\d+ samples/s  \\d+\\.\\d s\n`,
  );

describe("progress", () => {
  it("writes a line an epoch where there is no terminal", async () => {
    const lines = (await train(false)).split(/(?<=\n)/);
    expect(lines).toHaveLength(3);
    for (const [i, line] of lines.entries()) expect(line).toMatch(epochLine(i + 1));
  });

  it("writes lines within an epoch when it takes long", async () => {
    const lines = (await train(false, 0)).split("\n");
    expect(lines).toHaveLength(3 * 5 + 1);
    expect(lines[0]).toMatch(
      /^epoch 1\/3 {2}1\/4 {2}loss \d\.\d{4} {2}accuracy \d\.\d{4} {2}\d+ samples\/s {2}\d+:\d\d left$/,
    );
  });

  it("redraws a line on a terminal, and leaves those of the epochs", async () => {
    const text = await train(true);
    for (const epoch of [1, 2, 3]) expect(text).toMatch(epochLine(epoch));
    expect(text).toContain("epoch 2/3  ━━━━━━━━━━━━━━━━━━━━━━━━  4/4");
    // The line is erased before the epoch's own is written; the cursor is never hidden, so no kill can lose it.
    expect(text).toContain("\u001B[2K");
    expect(text).not.toContain("\u001B[?25l");
  });

  it("says why a training stopped", async () => {
    expect(await train(false, undefined, 1)).toMatch(/\nstopped early after 2 epochs\n$/);
  });
});

describe("its numbers", () => {
  it("are short", () => {
    expect([0.12345, 1e-5, 123456, 0, 3].map(numberOf)).toEqual(["0.1235", "1.00e-5", "1.23e+5", "0.0000", "3.0000"]);
    expect([5, 65, 7400].map(durationOf)).toEqual(["0:05", "1:05", "2:03:20"]);
    expect([barOf(1, 4, 8), barOf(9, 4, 8), barOf(1, undefined, 8)]).toEqual(["━━──────", "━━━━━━━━", ""]);
  });
});
