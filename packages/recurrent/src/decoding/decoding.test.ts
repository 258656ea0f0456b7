import { logSoftmax } from "@nn/layers";
import { Generator, indexSelect, memory, scope, type Tensor, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import {
  beamSearch,
  type DecodeStep,
  GRU,
  GRUCell,
  generate,
  greedyDecode,
  LSTMCell,
  type LstmState,
  sampleLogits,
  selectState,
} from "../index.js";

const vocabulary = 4;
const end = 3;
const f64 = { dtype: "f64" } as const;

/** A random language model whose state remembers: an LSTM cell over embedded tokens. */
function languageModel(seed: number): { step: DecodeStep<LstmState>; state: (n: number) => LstmState } {
  const generator = new Generator(seed);
  const embedding = generator.normal([vocabulary, 3], f64);
  const cell = new LSTMCell(3, 5, { generator, ...f64 });
  const head = generator.normal([5, vocabulary], { ...f64, std: 4 });
  const step = (tokens: Tensor, before: LstmState) => {
    const state = cell.forward(indexSelect(embedding, 0, tokens), before);
    return { logProbs: logSoftmax(state.h.matmul(head)), state };
  };
  const first = generator.normal([2, 8, 5], f64);
  return { step, state: (n) => ({ h: first.at(0).slice(0, 0, n), c: first.at(1).slice(0, 0, n) }) };
}

interface Sequence {
  readonly tokens: number[];
  readonly logProb: number;
  readonly ended: boolean;
}

/** All sequences up to a length, of one row of the state, by brute force. */
function everySequence(step: DecodeStep<LstmState>, start: number, state: LstmState, maxLength: number): Sequence[] {
  const rest = (before: number, state: LstmState, length: number): Sequence[] => {
    if (length === maxLength) return [{ tokens: [], logProb: 0, ended: false }];
    const { logProbs, state: after } = step(tensor([before], { dtype: "i32" }), state);
    return [...logProbs.dataSync()].flatMap((logProb, token) => {
      if (token === end) return [{ tokens: [], logProb, ended: true }];
      return rest(token, after, length + 1).map((found) => ({
        tokens: [token, ...found.tokens],
        logProb: logProb + found.logProb,
        ended: found.ended,
      }));
    });
  };
  return rest(start, state, 0);
}

const row = (state: LstmState, i: number) => selectState(state, tensor([i], { dtype: "i32" }));
const score = ({ tokens, logProb, ended }: Sequence, alpha: number) =>
  logProb / ((5 + tokens.length + (ended ? 1 : 0)) / 6) ** alpha;

describe("beamSearch", () => {
  it.each([0, 0.6, 2])("finds the best of all sequences where the beam is wide, alpha %s", async (alpha) => {
    const { step, state } = languageModel(1);
    const start = [0, 1, 2];
    const options = { start, state: state(3), end, maxLength: 4, beamWidth: 300, alpha };
    const found = await beamSearch(step, options);
    for (const [i, hypotheses] of found.entries()) {
      const all = everySequence(step, start[i]!, row(options.state, i), 4).sort(
        (a, b) => score(b, alpha) - score(a, alpha),
      );
      expect(hypotheses.length).toBe(all.length);
      for (const k of [0, 1, 2, 10]) {
        expect(hypotheses[k]!.tokens).toEqual(all[k]!.tokens);
        expect(hypotheses[k]!.ended).toBe(all[k]!.ended);
        expect(hypotheses[k]!.logProb).toBeCloseTo(all[k]!.logProb, 10);
        expect(hypotheses[k]!.score).toBeCloseTo(score(all[k]!, alpha), 10);
      }
    }
  });

  it("stops early only when nothing better can come", async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const { step, state } = languageModel(seed);
      const [found] = await beamSearch(step, {
        start: [0],
        state: state(1),
        end,
        maxLength: 4,
        beamWidth: 64,
        alpha: 1,
      });
      const all = everySequence(step, 0, state(1), 4);
      expect(found![0]!.score).toBeCloseTo(Math.max(...all.map((sequence) => score(sequence, 1))), 10);
    }
  });

  it("of width 1 is greedy decoding, in a batch as alone", async () => {
    const { step, state } = languageModel(3);
    const options = { start: [0, 1, 2, 0], state: state(4), end, maxLength: 6 };
    const greedy = await greedyDecode(step, options);
    const beams = await beamSearch(step, { ...options, beamWidth: 1 });
    beams.forEach(([best], i) => {
      expect(best!.tokens).toEqual(greedy[i]!.tokens);
      expect(best!.logProb).toBeCloseTo(greedy[i]!.logProb, 10);
    });
    for (const [i, start] of options.start.entries()) {
      const [alone] = await greedyDecode(step, { ...options, start: [start], state: row(options.state, i) });
      expect(alone!.tokens).toEqual(greedy[i]!.tokens);
      expect(alone!.ended).toBe(greedy[i]!.ended);
    }
  });

  it("reorders states whose batch is the second axis, and those that a step only hands on", async () => {
    const gru = new GRU(vocabulary, 6, { generator: new Generator(1) });
    const head = new Generator(2).normal([6, vocabulary], { std: 3 });
    const memoryOf = tensor([[0.5], [-1]]);
    const state = { h: zeros([1, 2, 6]), memory: memoryOf };
    type State = typeof state;
    const step = (tokens: Tensor, before: State) => {
      const x = indexSelect(tensor(eye(vocabulary)), 0, tokens).unsqueeze(1);
      const { output, state: h } = gru.forward(x, before.h);
      return { logProbs: logSoftmax(output.squeeze(1).matmul(head).mul(before.memory)), state: { ...before, h } };
    };
    const reorder = (s: State, rows: Tensor) => ({ h: selectState(s.h, rows, 1), memory: selectState(s.memory, rows) });
    const found = await beamSearch(step, { start: [0, 0], state, maxLength: 5, beamWidth: 3, reorder });
    const alone = await beamSearch(step, {
      start: [0],
      state: { h: zeros([1, 1, 6]), memory: memoryOf.slice(0, 1) },
      maxLength: 5,
      beamWidth: 3,
      reorder,
    });
    expect(found[1]!.map(({ tokens }) => tokens)).toEqual(alone[0]!.map(({ tokens }) => tokens));
    // What was given is not disposed.
    expect(memoryOf.disposed).toBe(false);
    expect(state.h.disposed).toBe(false);
  });

  it("leaves no memory behind", async () => {
    const { step, state } = languageModel(5);
    const options = { start: [0, 1], state: state(2), end, maxLength: 6 };
    const once = async () => {
      await greedyDecode(step, options);
      await beamSearch(step, options);
    };
    await once();
    const before = memory().liveBuffers;
    await once();
    // Fewer, where the collector came by.
    expect(memory().liveBuffers).toBeLessThanOrEqual(before);
  });

  it("refuses what it cannot decode", async () => {
    const { step, state } = languageModel(6);
    const options = { start: [0], state: state(1), maxLength: 3 };
    const logits = (tokens: Tensor, before: LstmState) => ({ logProbs: zeros([tokens.size, 3]).add(1), state: before });
    const wide = (_: Tensor, before: LstmState) => ({ logProbs: zeros([1, 2, 3]), state: before });
    await expect(beamSearch(logits, options)).rejects.toThrow("logSoftmax(logits)");
    await expect(greedyDecode(wide, options)).rejects.toThrow("f32 [1, v]");
    await expect(greedyDecode(step, { ...options, start: [] })).rejects.toThrow("one token for each sequence");
    await expect(greedyDecode(step, { ...options, maxLength: 0 })).rejects.toThrow("maxLength");
    await expect(greedyDecode(step, { ...options, end: -1 })).rejects.toThrow("end is no token");
    await expect(beamSearch(step, { ...options, beamWidth: 0 })).rejects.toThrow("beamWidth is not a positive integer");
    await expect(beamSearch(step, { ...options, alpha: Number.NaN })).rejects.toThrow("alpha is no number");
  });
});

function eye(n: number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));
}

describe("sampleLogits", () => {
  const logits = tensor([Math.log(0.5), Math.log(0.3), Math.log(0.15), Math.log(0.05)]);
  const count = 8_000;
  /** How often each class is drawn. */
  const frequencies = async (options: Parameters<typeof sampleLogits>[1]) => {
    const drawn = await sampleLogits(logits.unsqueeze(0).expand([count, 4]), {
      generator: new Generator(7),
      ...options,
    }).data();
    return [0, 1, 2, 3].map((k) => drawn.filter((token: number) => token === k).length / count);
  };
  const near = (got: number[], expected: number[]) =>
    got.forEach((p, k) => expect(Math.abs(p - expected[k]!)).toBeLessThan(0.02));

  it("draws by softmax, at a temperature", async () => {
    near(await frequencies({}), [0.5, 0.3, 0.15, 0.05]);
    const squared = [0.25, 0.09, 0.0225, 0.0025].map((p) => p / 0.365);
    near(await frequencies({ temperature: 0.5 }), squared);
    expect(await sampleLogits(logits, { temperature: 0 }).item()).toBe(0);
  });

  it("draws only from the k largest, and only from the nucleus", async () => {
    near(await frequencies({ topK: 2 }), [0.625, 0.375, 0, 0]);
    expect((await frequencies({ topK: 2 })).slice(2)).toEqual([0, 0]);
    // 0.5 + 0.3 is less than 0.9, so the third belongs to it.
    near(await frequencies({ topP: 0.9 }), [0.5 / 0.95, 0.3 / 0.95, 0.15 / 0.95, 0]);
    expect((await frequencies({ topP: 0.9 }))[3]).toBe(0);
    expect(await frequencies({ topP: 0.01 })).toEqual([1, 0, 0, 0]);
    expect((await frequencies({ topK: 3, topP: 0.6 })).slice(2)).toEqual([0, 0]);
    near(await frequencies({ topK: 100 }), [0.5, 0.3, 0.15, 0.05]);
  });

  it("never draws what is impossible, and is settled by its generator", async () => {
    const some = tensor([[-Infinity, 0, -Infinity, 0]]).expand([500, 4]);
    const draw = () => sampleLogits(some, { generator: new Generator(1) }).data();
    const drawn = await draw();
    expect([...new Set(drawn)].sort()).toEqual([1, 3]);
    expect(await draw()).toEqual(drawn);
    expect(sampleLogits(zeros([2, 3, 5])).shape).toEqual([2, 3]);
    expect(sampleLogits(some).dtype).toBe("i32");
  });

  it("refuses options out of their range", () => {
    expect(() => sampleLogits(logits, { temperature: -1 })).toThrow("temperature is no number from 0");
    expect(() => sampleLogits(logits, { topK: 0 })).toThrow("topK is not a positive integer");
    expect(() => sampleLogits(logits, { topP: 0 })).toThrow("topP is not above 0");
    expect(() => sampleLogits(zeros([2, 0]))).toThrow("there is no class to draw");
    expect(() => sampleLogits(zeros([2], { dtype: "i32" }))).toThrow('logits.cast("f32")');
  });
});

describe("generate", () => {
  it("feeds a step with its own output, and can be trained through", async () => {
    const cell = new GRUCell(2, 2, f64);
    const first = new Generator(1).normal([3, 2], f64);
    const step = (x: Tensor, state: Tensor) => {
      const after = cell.forward(x, state);
      return { output: after, state: after };
    };
    const options = { first, state: zeros([3, 2], f64), steps: 4 };
    const { outputs, state } = generate(step, options);
    expect(outputs.shape).toEqual([3, 4, 2]);
    expect(await outputs.slice(1, 3).squeeze(1).array()).toEqual(await state.array());
    const { grads } = valueAndGrad(first, () => generate(step, options).outputs.sum());
    const h = 1e-6;
    const at = (move: number) =>
      generate(step, { ...options, first: first.add(move) })
        .outputs.sum()
        .item();
    expect(await grads.get(first).sum().item()).toBeCloseTo(((await at(h)) - (await at(-h))) / (2 * h), 6);
  });

  it("ends at `until`, and takes another input than its output", async () => {
    const count = generate((x, state: Tensor) => ({ output: x.mul(10), state, next: x.add(1) }), {
      first: tensor([1]),
      state: zeros([1]),
      steps: 100,
      until: (output) => output.dataSync()[0]! >= 30,
    });
    expect(await count.outputs.array()).toEqual([[10, 20, 30]]);
    expect(() =>
      generate((x, state: Tensor) => ({ output: x, state }), { first: zeros([1]), state: zeros([1]) }),
    ).toThrow("nothing ends the steps");
    expect(() =>
      generate((x, state: Tensor) => ({ output: x, state }), { first: zeros([1]), state: zeros([1]), steps: 0 }),
    ).toThrow("steps is not a positive integer");
  });

  it("keeps only its results", () => {
    const before = memory().liveBuffers;
    scope(() => {
      const { outputs } = generate((x, state: Tensor) => ({ output: x.add(1).mul(2), state }), {
        first: zeros([1]),
        state: zeros([1]),
        steps: 10,
      });
      expect(outputs.shape).toEqual([1, 10]);
    });
    expect(memory().liveBuffers).toBe(before);
  });
});
