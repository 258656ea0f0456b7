import { logSoftmax } from "@nn/layers";
import { Generator, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { ctcBeamSearch, ctcGreedyDecode, ctcLoss } from "../index.js";

const i32 = { dtype: "i32" } as const;
const logProbs = logSoftmax(new Generator(1).normal([6, 5, 3], { dtype: "f64", std: 1.5 }));

/** The log-probability of every target, by trying all alignments of the first steps of a sequence. */
async function everyTarget(row: number, steps: number, blank: number): Promise<Map<string, number>> {
  const values = await logProbs.at(row).data();
  const found = new Map<string, number>();
  for (let code = 0; code < 3 ** steps; code++) {
    const path = Array.from({ length: steps }, (_, i) => Math.floor(code / 3 ** i) % 3);
    const p = Math.exp(path.reduce((sum, k, i) => sum + values[i * 3 + k]!, 0));
    const read = path.filter((k, i) => k !== blank && k !== path[i - 1]).join();
    found.set(read, (found.get(read) ?? 0) + p);
  }
  return found;
}

describe("ctcBeamSearch", () => {
  it.each([0, 2])("finds all targets and their probabilities where the beam is wide, blank %s", async (blank) => {
    const found = await ctcBeamSearch(logProbs, { beamWidth: 1000, blank });
    for (const [row, readings] of found.entries()) {
      const all = await everyTarget(row, 5, blank);
      expect(readings.length).toBe(all.size);
      expect(readings[0]!.logProb).toBeCloseTo(Math.log(Math.max(...all.values())), 10);
      for (const { tokens, logProb } of readings) expect(Math.exp(logProb)).toBeCloseTo(all.get(tokens.join())!, 10);
    }
  });

  it("gives each target minus the loss of it", async () => {
    const [readings] = await ctcBeamSearch(logProbs.slice(0, 0, 1), { beamWidth: 1000 });
    for (const { tokens, logProb } of readings!.slice(0, 5)) {
      const lengths = [tensor([5], i32), tensor([tokens.length], i32)] as const;
      const targets = tensor(Int32Array.from(tokens), { shape: [1, tokens.length] });
      expect(await ctcLoss(logProbs.slice(0, 0, 1), targets, ...lengths, { reduction: "sum" }).item()).toBeCloseTo(
        -logProb,
        10,
      );
    }
  });

  it("minds lengths, the order of axes, and how many classes it tries", async () => {
    const inputLengths = tensor([3, 5, 0, 1, 2, 4], i32);
    const found = await ctcBeamSearch(logProbs, { beamWidth: 1000, inputLengths });
    const all = await everyTarget(0, 3, 0);
    expect(found[0]!.length).toBe(all.size);
    expect(found[2]).toEqual([{ tokens: [], logProb: 0 }]);
    const turned = await ctcBeamSearch(logProbs.transpose(0, 1), { beamWidth: 1000, inputLengths, batchFirst: false });
    expect(turned).toEqual(found);
    const [one] = await ctcBeamSearch(logProbs, { classesPerStep: 1 });
    expect(one!.map(({ tokens }) => tokens)).toEqual([(await ctcGreedyDecode(logProbs))[0]!.tokens]);
  });

  it("refuses options out of their range", async () => {
    await expect(ctcBeamSearch(logProbs, { beamWidth: 0 })).rejects.toThrow("beamWidth is not a positive integer");
    await expect(ctcBeamSearch(logProbs, { blank: 3 })).rejects.toThrow("from 0 to 2");
    await expect(ctcBeamSearch(logProbs.at(0))).rejects.toThrow("logProbs.unsqueeze(0)");
    await expect(ctcGreedyDecode(zeros([1, 2, 3], i32))).rejects.toThrow("must be f32 or f64");
    await expect(ctcGreedyDecode(logProbs, { inputLengths: tensor([1], i32) })).rejects.toThrow("shape [6]");
  });
});

describe("ctcGreedyDecode", () => {
  it("reads the likeliest classes without repetitions and blanks", async () => {
    const classes = [1, 1, 0, 1, 2, 2, 0, 0, 1];
    const scores = classes.flatMap((k) => [0, 1, 2].map((c) => (c === k ? -0.1 : -5)));
    const logProbs = tensor(scores, { shape: [1, 9, 3] });
    const [decoded] = await ctcGreedyDecode(logProbs);
    expect(decoded!.tokens).toEqual([1, 1, 2, 1]);
    expect(decoded!.logProb).toBeCloseTo(-0.9, 5);
    const [shorter] = await ctcGreedyDecode(logProbs, { inputLengths: tensor([3], i32) });
    expect(shorter!.tokens).toEqual([1]);
  });
});

describe("ctcLoss", () => {
  it("gives sequences without an alignment ∞ and no gradient", async () => {
    const logits = new Generator(2).normal([2, 3, 3]);
    const targets = tensor(
      [
        [1, 1, 2],
        [1, 2, 0],
      ],
      i32,
    );
    const run = (zeroInfinity: boolean) =>
      valueAndGrad(logits, () => {
        const lengths = [tensor([3, 3], i32), tensor([3, 2], i32)] as const;
        const losses = ctcLoss(logSoftmax(logits), targets, ...lengths, { reduction: "none", zeroInfinity });
        return { loss: losses.sum(), losses };
      });
    const [plain, left] = [run(false), run(true)];
    expect((await plain.losses.data())[0]).toBe(Number.POSITIVE_INFINITY);
    expect((await left.losses.data())[0]).toBe(0);
    for (const { grads } of [plain, left]) {
      const [short, other] = (await grads.get(logits).square().sum([1, 2]).array()) as number[];
      expect(short).toBe(0);
      expect(other).toBeGreaterThan(0.01);
    }
  });

  it("learns nothing from steps behind a sequence", async () => {
    const { grads } = valueAndGrad(logProbs, () =>
      ctcLoss(
        logProbs,
        tensor(new Int32Array(6).fill(1), { shape: [6, 1] }),
        tensor([2, 5, 1, 1, 5, 3], i32),
        tensor([1, 1, 1, 1, 0, 1], i32),
      ),
    );
    const behind = await grads.get(logProbs).at(0).slice(0, 2).data();
    expect(behind.every((value) => value === 0)).toBe(true);
  });

  it("stays exact over many steps in f32", async () => {
    const logits = new Generator(3).normal([1, 150, 20]);
    const targets = new Generator(4).uniform([1, 40]).mul(19).cast("i32").add(1);
    const run = (dtype: "f32" | "f64") => {
      const x = logits.cast(dtype);
      return valueAndGrad(x, () =>
        ctcLoss(logSoftmax(x), targets, tensor([150], i32), tensor([40], i32), { reduction: "sum" }),
      );
    };
    const [single, double] = [run("f32"), run("f64")];
    expect((await single.loss.item()) / (await double.loss.item())).toBeCloseTo(1, 5);
    const [a, b] = await Promise.all([...single.grads, ...double.grads].map(([, g]) => g.data()));
    a!.forEach((value, i) => expect(Math.abs(value - b![i]!)).toBeLessThan(2e-3));
  });

  it("refuses another reduction", () => {
    const lengths = tensor([1], i32);
    expect(() =>
      ctcLoss(zeros([1, 2, 3]), zeros([1, 1], i32), lengths, lengths, { reduction: "avg" as "mean" }),
    ).toThrow('"mean", "sum" or "none"');
  });
});
