import { Dropout, evaluate, Linear, Sequential } from "@nn/layers";
import { Generator, loadStateDict, stateDict, type Tensor, tanh, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import {
  Bidirectional,
  GRU,
  GRUCell,
  LSTM,
  Recurrent,
  type RecurrentCallOptions,
  StackedRecurrent,
  TimeDistributed,
} from "../index.js";

const f64 = { dtype: "f64" } as const;
const x = new Generator(1).normal([3, 5, 4], f64);
const lengths = tensor([5, 2, 0], { dtype: "i32" });

async function close(got: Tensor, expected: Tensor): Promise<void> {
  expect(got.shape).toEqual(expected.shape);
  const [a, b] = [await got.data(), await expected.data()];
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 10));
}

/** Two layers with the weights of the two directions of a third. */
function halvesOf(both: LSTM): [LSTM, LSTM] {
  const dict = Object.entries(stateDict(both));
  return ["_l0", "_l0_reverse"].map((suffix) => {
    const layer = new LSTM(4, 3, f64);
    const own = dict.filter(([name]) => name.endsWith(suffix));
    loadStateDict(layer, Object.fromEntries(own.map(([name, value]) => [name.replace(suffix, "_l0"), value])));
    return layer;
  }) as [LSTM, LSTM];
}

describe("Bidirectional", () => {
  it.each([
    ["all steps", undefined],
    ["lengths", lengths],
  ])("is the bidirectional LSTM, with %s", async (_, given) => {
    const both = new LSTM(4, 3, { ...f64, bidirectional: true });
    const options: RecurrentCallOptions = { lengths: given };
    const layer = new Bidirectional(...halvesOf(both));
    const expected = both.forward(x, undefined, options);
    const got = layer.forward(x, undefined, options);
    await close(got.output, expected.output);
    await close(got.state.forward.h.at(0), expected.state.h.at(0));
    await close(got.state.backward.c.at(0), expected.state.c.at(1));
    const state = { forward: got.state.forward, backward: got.state.backward };
    const first = { h: expected.state.h, c: expected.state.c };
    await close(layer.forward(x, state, options).output, both.forward(x, first, options).output);
  });

  it("merges in four ways", async () => {
    const cells = [new GRUCell(4, 3, f64), new GRUCell(4, 3, f64)] as const;
    const run = (merge: "concat" | "sum" | "mul" | "mean") =>
      new Bidirectional(cells[0], cells[1], { merge }).forward(x).output;
    const [a, b] = [run("concat").slice(2, 0, 3), run("concat").slice(2, 3)];
    await close(run("sum"), a.add(b));
    await close(run("mul"), a.mul(b));
    await close(run("mean"), a.add(b).div(2));
    // The backward half is the reversed layer of the cell.
    await close(b, new Recurrent(cells[1], { reverse: true }).forward(x).output);
  });

  it("refuses what it cannot run", () => {
    const gru = new GRU(4, 3);
    const wrong = (fn: () => unknown, says: string) => expect(fn).toThrow(says);
    wrong(() => new Bidirectional(gru, new GRU(4, 3, { batchFirst: false })), "takes its batch second");
    wrong(() => new Bidirectional(gru, new Recurrent(new GRUCell(4, 3), { reverse: true })), "backwards already");
    wrong(() => new Bidirectional(gru, gru, { merge: "avg" as "mean" }), "concat, sum, mul, mean");
    wrong(() => new Bidirectional(gru, {} as GRU), "no recurrent layer");
    const uneven = new Bidirectional(gru, new GRU(4, 2), { merge: "sum" });
    wrong(() => uneven.forward(zeros([1, 2, 4])), "cannot be merged by sum");
  });
});

describe("StackedRecurrent", () => {
  it("is a layer of several, with their states", async () => {
    const whole = new GRU(4, 3, { ...f64, numLayers: 2 });
    const dict = Object.entries(stateDict(whole));
    const layers = [new GRU(4, 3, f64), new GRU(3, 3, f64)] as const;
    layers.forEach((layer, i) => {
      const own = dict.filter(([name]) => name.endsWith(`_l${i}`));
      loadStateDict(layer, Object.fromEntries(own.map(([name, value]) => [name.replace(`_l${i}`, "_l0"), value])));
    });
    const stack = new StackedRecurrent([...layers]);
    const expected = whole.forward(x, undefined, { lengths });
    const got = stack.forward(x, undefined, { lengths });
    await close(got.output, expected.output);
    await close(got.state[1], expected.state.slice(0, 1, 2));
    await close(stack.forward(x, got.state).output, whole.forward(x, expected.state).output);
    expect(Object.keys(stateDict(stack))[0]).toBe("layers.0.weight_ih_l0");
  });

  it("stacks layers of different kinds", () => {
    const stack = new StackedRecurrent([
      new Bidirectional(new GRUCell(4, 3), new GRUCell(4, 3)),
      new LSTM(6, 2),
      new Recurrent(new GRUCell(2, 5)),
    ]);
    const { output, state } = stack.forward(zeros([2, 5, 4]));
    expect(output.shape).toEqual([2, 5, 5]);
    expect(state[0].backward.shape).toEqual([2, 3]);
    expect(state[1].c.shape).toEqual([1, 2, 2]);
    expect(state[2].shape).toEqual([2, 5]);
  });

  it("drops between layers while training, from a stream of its own", async () => {
    const make = () =>
      new StackedRecurrent(
        [new GRU(4, 8, { generator: new Generator(1) }), new GRU(8, 3, { generator: new Generator(2) })],
        {
          dropout: 0.5,
          generator: new Generator(3),
        },
      );
    const input = new Generator(4).normal([2, 5, 4]);
    const [a, b] = [make(), make()];
    const first = await a.forward(input).output.array();
    expect(await b.forward(input).output.array()).toEqual(first);
    expect(await a.forward(input).output.array()).not.toEqual(first);
    evaluate(a);
    expect(await a.forward(input).output.array()).toEqual(await a.forward(input).output.array());
  });

  it("refuses what it cannot stack", () => {
    expect(() => new StackedRecurrent([])).toThrow("there is no layer");
    expect(() => new StackedRecurrent([new GRU(4, 3)], { dropout: 0.5 })).toThrow("nothing to drop between");
    expect(() => new StackedRecurrent([new GRU(4, 3), new GRU(3, 3)], { dropout: 2 })).toThrow(
      "p is not a probability",
    );
    const cell = new GRUCell(4, 3) as unknown as GRU;
    expect(() => new StackedRecurrent([cell])).toThrow("wrap it: new Recurrent(cell)");
  });
});

describe("TimeDistributed", () => {
  it("applies a layer at each step with the same weights", async () => {
    const linear = new Linear(4, 2, f64);
    const layer = new TimeDistributed(new Sequential(linear, tanh));
    await close(layer.forward(x), tanh(linear.forward(x)));
    expect(Object.keys(stateDict(layer))).toEqual(["layer.0.weight", "layer.0.bias"]);
    const { grads } = valueAndGrad(layer, () => layer.forward(x).sum());
    expect(grads.get(linear.weight).shape).toEqual([2, 4]);
    expect(evaluate(new TimeDistributed(new Dropout(0.5))).layer).toMatchObject({ training: false });
  });

  it("takes functions, and refuses what changes the rows", () => {
    expect(new TimeDistributed((y) => y.sum(1)).forward(zeros([2, 5, 4])).shape).toEqual([2, 5]);
    expect(() => new TimeDistributed((y) => y.sum(0)).forward(zeros([2, 5, 4]))).toThrow("changed the number of rows");
    expect(() => new TimeDistributed(tanh).forward(zeros([2]))).toThrow("no batch of sequences");
  });
});
