import { evaluate, Linear, Module, predict, summary, train } from "@nn/layers";
import {
  freeze,
  Generator,
  loadStateDict,
  namedParameters,
  parameters,
  stateDict,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { GRU, GRUCell, LSTM, lastOutput, Recurrent, RNN } from "../index.js";

const x = new Generator(1).normal([2, 5, 4]);

describe("RNN, LSTM and GRU", () => {
  it("drop between layers while training only, as the generator says", async () => {
    const lstm = new LSTM(4, 6, { numLayers: 2, dropout: 0.5 });
    const run = async (seed: number) =>
      (await lstm.forward(x, undefined, { generator: new Generator(seed) }).output.data()).join();
    expect(await run(1)).toBe(await run(1));
    expect(await run(1)).not.toBe(await run(2));
    evaluate(lstm);
    expect(await run(1)).toBe(await run(2));
    train(lstm);
    // What is dropped is between the layers: all outputs of the last one stay.
    expect((await lstm.forward(x).output.data()).every((value) => value !== 0)).toBe(true);
  });

  it("take (t, n, …) with batchFirst false", async () => {
    const options = { generator: new Generator(3), numLayers: 2, bidirectional: true };
    const gru = new GRU(4, 3, options);
    const other = new GRU(4, 3, { ...options, batchFirst: false });
    loadStateDict(other, stateDict(gru));
    const expected = gru.forward(x);
    const got = other.forward(x.transpose(0, 1));
    expect(await got.output.transpose(0, 1).array()).toEqual(await expected.output.array());
    expect(await got.state.array()).toEqual(await expected.state.array());
  });

  it("go on from a state as if they had not stopped", async () => {
    const lstm = new LSTM(4, 3, { numLayers: 2 });
    const whole = lstm.forward(x);
    const first = lstm.forward(x.slice(1, 0, 2));
    const second = lstm.forward(x.slice(1, 2), first.state);
    const close = async (a: Tensor, b: Tensor) => {
      const expected = await b.data();
      (await a.data()).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
    };
    await close(second.output, whole.output.slice(1, 2));
    await close(second.state.c, whole.state.c);
  });

  it("leave what is behind a length out", async () => {
    const gru = new GRU(4, 3, { bidirectional: true });
    const lengths = tensor([2, 5], { dtype: "i32" });
    const { grads, output } = valueAndGrad([x, gru], () => {
      const { output } = gru.forward(x, undefined, { lengths });
      return { loss: lastOutput(output, lengths).sum(), output };
    });
    expect((await output.at(0).slice(0, 2).data()).every((value) => value === 0)).toBe(true);
    expect((await grads.get(x).at(0).slice(0, 2).data()).every((value) => value === 0)).toBe(true);
    const alone = gru.forward(x.slice(0, 0, 1).slice(1, 0, 2)).output;
    const both = await output.at(0).slice(0, 0, 2).data();
    (await alone.data()).forEach((value, i) => expect(both[i]).toBeCloseTo(value, 6));
  });

  it("print as PyTorch does", () => {
    expect(String(new LSTM(4, 3, { numLayers: 2, bidirectional: true, dropout: 0.1, batchFirst: false }))).toBe(
      "LSTM(4, 3, numLayers=2, bidirectional=true, dropout=0.1, batchFirst=false)",
    );
  });

  it("refuse what does not fit, and say where they are", () => {
    expect(() => new LSTM(4, 0)).toThrow("hiddenSize is not a positive integer");
    expect(() => new GRU(4, 3, { numLayers: 0 })).toThrow("numLayers is not a positive integer");
    expect(() => new GRU(4, 3, { dropout: 0.5 })).toThrow("one layer has nothing to drop between");
    expect(() => new GRU(4, 3, { dropout: 1, numLayers: 2 })).toThrow("dropout is no probability below 1");
    const model = { encoder: new LSTM(4, 3) };
    expect(() => predict(model, () => model.encoder.forward(zeros([2, 5, 7])))).toThrow(/new LSTM\(7, 3\)/);
    expect(() => predict(model, () => model.encoder.forward(zeros([2, 5, 7])))).toThrow("model.encoder (LSTM)");
    expect(() => model.encoder.forward(zeros([5, 4]))).toThrow("x.unsqueeze(0) makes a batch of one sequence");
    const state = { h: zeros([1, 3, 3]), c: zeros([1, 3, 3]) };
    expect(() => model.encoder.forward(x, state)).toThrow("h0 is not (n, h)");
    const lengths = tensor([1, 2, 3], { dtype: "i32" });
    expect(() => model.encoder.forward(x, undefined, { lengths })).toThrow("lengths are not (n)");
  });
});

/** A model around a layer made of a cell. */
class Classifier extends Module {
  readonly recurrent = new Recurrent(new GRUCell(4, 6));
  readonly head = new Linear(6, 3);
  forward(x: Tensor): Tensor {
    return this.head.forward(lastOutput(this.recurrent.forward(x).output));
  }
}

describe("Recurrent in a model", () => {
  it("has its cell's parameters in the state dict, the summary and the printed form", async () => {
    const model = new Classifier();
    const names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((name) => `recurrent.cell.${name}`);
    expect(Object.keys(stateDict(model))).toEqual([...names, "head.weight", "head.bias"]);
    const table = summary(model, [2, 5, 4]);
    expect(table.parameters).toBe(3 * 6 * (4 + 6 + 2) + 6 * 3 + 3);
    expect(table.rows.map(({ path, outputShape }) => [path, outputShape])).toContainEqual(["head", [2, 3]]);
    expect(String(model)).toContain("(cell): GRUCell(4, 6)");
    const other = new Classifier();
    loadStateDict(other, stateDict(model));
    expect(await other.forward(x).array()).toEqual(await model.forward(x).array());
  });

  it("gives a frozen cell no gradient", () => {
    const model = new Classifier();
    freeze(model.recurrent);
    const { grads } = valueAndGrad(model, () => model.forward(x).sum());
    expect(parameters(model.recurrent).some((parameter) => grads.has(parameter))).toBe(false);
    expect(parameters(model.head).every((parameter) => grads.has(parameter))).toBe(true);
    freeze(model.recurrent, false);
    const all = valueAndGrad(model, () => model.forward(x).sum()).grads;
    expect([...namedParameters(model).values()].every((parameter) => all.has(parameter))).toBe(true);
  });

  it("is named in errors", () => {
    expect(() => predict(new Classifier(), zeros([2, 5, 9]))).toThrow("model.recurrent (Recurrent)");
  });

  it("takes any object as a cell", async () => {
    const rnn = new RNN(2, 2, { nonlinearity: "relu" });
    const cell = {
      initialState: (n: number) => zeros([n, 2]),
      step: (one: Tensor, h: Tensor) => ({ output: one.add(h), state: one.add(h) }),
    };
    const ones = tensor([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect(await new Recurrent(cell).forward(ones).output.array()).toEqual([
      [
        [1, 2],
        [4, 6],
      ],
    ]);
    expect(parameters(new Recurrent(cell))).toEqual([]);
    expect(parameters(rnn).length).toBe(4);
  });
});
