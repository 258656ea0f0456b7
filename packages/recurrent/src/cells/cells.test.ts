import { Generator, loadStateDict, stateDict, type Tensor, tensor, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { GRU, GRUCell, LSTM, LSTMCell, Recurrent, RNN, RNNCell, runCell } from "../index.js";

const f64 = { dtype: "f64" } as const;
const x = new Generator(1).normal([3, 5, 4], f64);

async function close(got: Tensor, expected: Tensor): Promise<void> {
  expect(got.shape).toEqual(expected.shape);
  const [a, b] = [await got.data(), await expected.data()];
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 10));
}

/** The layer's weights of its first direction under the names of a cell. */
function cellWeights(layer: object): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(stateDict(layer)).map(([name, value]) => [name.replace("_l0", ""), value]));
}

describe("cells", () => {
  it.each([
    ["RNN", new RNN(4, 3, f64), new RNNCell(4, 3, f64)],
    [
      "RNN with relu",
      new RNN(4, 3, { ...f64, nonlinearity: "relu" }),
      new RNNCell(4, 3, { ...f64, nonlinearity: "relu" }),
    ],
    ["GRU", new GRU(4, 3, f64), new GRUCell(4, 3, f64)],
    [
      "GRU of the paper",
      new GRU(4, 3, { ...f64, resetAfter: false }),
      new GRUCell(4, 3, { ...f64, resetAfter: false }),
    ],
  ])("%s: Recurrent(cell) is the layer, with lengths too", async (_, layer, cell) => {
    loadStateDict(cell, cellWeights(layer));
    for (const lengths of [undefined, tensor([5, 0, 2], { dtype: "i32" })]) {
      const [ours, theirs] = [
        new Recurrent(cell).forward(x, undefined, { lengths }),
        layer.forward(x, undefined, { lengths }),
      ];
      await close(ours.output, theirs.output);
      await close(ours.state, theirs.state.at(0));
    }
  });

  it.each([
    ["plain", {}],
    ["without bias", { bias: false }],
    ["projected", { projSize: 2 }],
    ["with peepholes", { peepholes: true }],
  ])("LSTM, %s: Recurrent(cell) is the layer, backwards too", async (_, options) => {
    const layer = new LSTM(4, 3, { ...f64, ...options });
    const cell = new LSTMCell(4, 3, { ...f64, ...options });
    loadStateDict(cell, cellWeights(layer));
    const { output, state } = layer.forward(x);
    const ours = new Recurrent(cell).forward(x);
    await close(ours.output, output);
    await close(ours.state.c, state.c.at(0));

    const both = new LSTM(4, 3, { ...f64, ...options, bidirectional: true });
    const reversed = Object.entries(stateDict(both)).filter(([name]) => name.endsWith("_reverse"));
    loadStateDict(cell, Object.fromEntries(reversed.map(([name, value]) => [name.replace("_l0_reverse", ""), value])));
    const backwards = new Recurrent(cell, { reverse: true }).forward(x);
    const size = backwards.output.shape[2];
    await close(backwards.output, both.forward(x).output.slice(2, size, 2 * size));
  });

  it("take one step by forward, from zeros or a state", async () => {
    const cell = new LSTMCell(4, 3, f64);
    const { h, c } = cell.forward(x.slice(1, 0, 1).squeeze(1));
    const after = cell.forward(x.slice(1, 1, 2).squeeze(1), { h, c });
    await close(after.h, runCell(cell, x.slice(1, 0, 2)).state.h);
    const gru = new GRUCell(4, 3, f64);
    await close(gru.forward(x.slice(1, 0, 1).squeeze(1)), runCell(gru, x.slice(1, 0, 1)).state);
  });

  it("peepholes let the gates look at the cell", async () => {
    const cell = new LSTMCell(1, 1, { ...f64, peepholes: true, bias: false });
    const one = (value: number, shape: number[]) =>
      tensor(new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(value), { shape });
    loadStateDict(cell, {
      weight_ih: one(0, [4, 1]),
      weight_hh: one(0, [4, 1]),
      weight_peephole: tensor(Float64Array.of(1, 2, 3)),
    });
    const { h, c } = cell.forward(one(0, [1, 1]), { h: one(0, [1, 1]), c: one(0.5, [1, 1]) });
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    const next = sigmoid(1) * 0.5;
    expect(await c.item()).toBeCloseTo(next, 12);
    expect(await h.item()).toBeCloseTo(sigmoid(3 * next) * Math.tanh(next), 12);
  });

  it("are settled by their generator, within the bounds of PyTorch", async () => {
    const make = () => new GRUCell(4, 9, { generator: new Generator(5) });
    expect(await make().weight_hh.data()).toEqual(await make().weight_hh.data());
    const values = await make().weight_ih.data();
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1 / 3);
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.3);
  });

  it("say what they are", () => {
    expect(String(new LSTMCell(4, 3))).toBe("LSTMCell(4, 3)");
    expect(String(new RNNCell(4, 3))).toBe('RNNCell(4, 3, nonlinearity="tanh")');
  });

  it("refuse sizes that are none, and inputs that do not fit", () => {
    expect(() => new LSTMCell(0, 3)).toThrow("inputSize is not a positive integer");
    expect(() => new GRUCell(3, 1.5)).toThrow("hiddenSize is not a positive integer");
    expect(() => new LSTMCell(3, 4, { projSize: -1 })).toThrow("projSize is not a positive integer");
    expect(() => new GRUCell(4, 3).forward(zeros([2, 5]))).toThrow("in = 4, got 5");
    expect(() => runCell(new GRUCell(4, 3), zeros([4]))).toThrow("x.unsqueeze(0) makes a batch of one sequence");
    expect(() => runCell(new GRUCell(4, 3), zeros([2, 0, 4]))).toThrow("at least one step");
    expect(() => runCell(new GRUCell(4, 3), zeros([2, 5, 4]), { lengths: zeros([3], { dtype: "i32" }) })).toThrow(
      "lengths do not match the batch",
    );
    expect(() => runCell(new GRUCell(4, 3), zeros([2, 5, 4]), { lengths: zeros([2]) })).toThrow("lengths must be i32");
  });
});
