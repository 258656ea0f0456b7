import { fusedCpu } from "@nn/backend-cpu/fused";
import { conv2d } from "@nn/conv";
import { Linear, logSoftmax, Module, mseLoss, predict, Sequential } from "@nn/layers";
import { Adam } from "@nn/optim";
import {
  AdditiveAttention,
  Bidirectional,
  type Cell,
  ctcGreedyDecode,
  ctcLoss,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  lastOutput,
  MultiplicativeAttention,
  Recurrent,
  RNN,
  RNNCell,
  StackedRecurrent,
  TimeDistributed,
} from "@nn/recurrent";
import {
  type Backend,
  concat,
  Generator,
  Parameter,
  sigmoid,
  split,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  zeros,
} from "@nn/tensor";
import { checkGradient, testLayer } from "@nn/testing";
import { describe, expect, it } from "vitest";

const sequences = { shape: [2, 3, 4] };
const options = { input: sequences, wrongInput: { shape: [2, 3, 5] }, describe, it };
const step = { shape: [2, 4] };
const wrongStep = { shape: [2, 5] };

testLayer(() => new RNN(4, 3), options);
testLayer(() => new LSTM(4, 2, { numLayers: 2, dropout: 0.25 }), options);
testLayer(() => new LSTM(4, 3, { projSize: 2 }), { ...options, name: "LSTM with a projection" });
testLayer(() => new LSTM(4, 3, { peepholes: true }), { ...options, name: "LSTM with peepholes" });
testLayer(() => new GRU(4, 2, { bidirectional: true }), options);
testLayer(() => new GRU(4, 3, { resetAfter: false, bias: false }), { ...options, name: "GRU of the paper" });
testLayer(() => new RNNCell(4, 3), { input: step, wrongInput: wrongStep, describe, it });
testLayer(() => new LSTMCell(4, 3), { input: step, wrongInput: wrongStep, describe, it });
testLayer(() => new GRUCell(4, 3), { input: step, wrongInput: wrongStep, describe, it });
testLayer(() => new Recurrent(new GRUCell(4, 3), { reverse: true }), options);
testLayer(() => new Bidirectional(new GRUCell(4, 3), new LSTM(4, 3), { merge: "mul" }), options);
testLayer(() => new StackedRecurrent([new GRU(4, 3), new Recurrent(new LSTMCell(3, 2))], { dropout: 0.25 }), options);
testLayer(() => new TimeDistributed(new Sequential(new Linear(4, 3), tanh)), options);
testLayer(() => new AdditiveAttention(4, 3, 5), {
  input: [step, { shape: [2, 6, 3] }],
  describe,
  it,
});
testLayer(() => new MultiplicativeAttention(4, 3), { input: [step, { shape: [2, 6, 3] }], describe, it });

type ConvState = { readonly h: Tensor; readonly c: Tensor };

/** A cell of a third party, of public exports alone: an LSTM whose products are convolutions (Shi et al., 2015). */
class ConvLSTM2dCell extends Module implements Cell<ConvState> {
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(
    channels: number,
    readonly hidden: number,
    kernelSize = 3,
  ) {
    super();
    const generator = new Generator(hidden);
    this.weight = new Parameter(
      generator.normal([4 * hidden, channels + hidden, kernelSize, kernelSize], { std: 0.3 }),
    );
    this.bias = new Parameter(generator.normal([4 * hidden], { std: 0.3 }));
  }

  initialState(n: number, like: Tensor): ConvState {
    const [, , , height, width] = like.shape;
    const zero = () => zeros([n, this.hidden, height, width], { dtype: like.dtype, backend: like.backend });
    return { h: zero(), c: zero() };
  }
  step(x: Tensor, { h, c }: ConvState): { output: Tensor; state: ConvState } {
    const z = conv2d(concat([x, h], 1), this.weight, this.bias, { padding: "same", owner: this });
    const [i, f, g, o] = split(z, this.hidden, 1);
    const next = sigmoid(f)
      .mul(c)
      .add(sigmoid(i).mul(tanh(g)));
    const output = sigmoid(o).mul(tanh(next));
    return { output, state: { h: output, c: next } };
  }
}

const film = { shape: [2, 3, 2, 4, 3] };

testLayer(() => new Recurrent(new ConvLSTM2dCell(2, 2)), {
  input: film,
  wrongInput: { shape: [2, 3, 3, 4, 3] },
  name: "Recurrent(ConvLSTM2dCell)",
  describe,
  it,
});
testLayer(() => new Bidirectional(new ConvLSTM2dCell(2, 2), new ConvLSTM2dCell(2, 3)), {
  input: film,
  name: "Bidirectional(ConvLSTM2dCell)",
  describe,
  it,
});

describe("a cell of a third party", () => {
  const x = new Generator(1).normal(film.shape);
  const lengths = tensor([3, 2], { dtype: "i32" });

  it("has lengths: outputs behind them are 0, the state stays, and padding does not matter", async () => {
    const layer = new Bidirectional(new ConvLSTM2dCell(2, 2), new ConvLSTM2dCell(2, 2));
    const { output, state } = layer.forward(x, undefined, { lengths });
    expect(output.shape).toEqual([2, 3, 4, 4, 3]);
    expect((await output.at(1, 2).data()).every((value) => value === 0)).toBe(true);
    const alone = layer.forward(x.slice(0, 1).slice(1, 0, 2));
    expect(await output.slice(0, 1).slice(1, 0, 2).array()).toEqual(await alone.output.array());
    expect(await state.backward.c.slice(0, 1).array()).toEqual(await alone.state.backward.c.array());
    expect(await lastOutput(output, lengths).at(1).array()).toEqual(await output.at(1, 1).array());
  });

  it("has right gradients of sequences with lengths, in both directions", () => {
    for (const reverse of [false, true]) {
      const cell = new ConvLSTM2dCell(2, 1);
      const layer = new Recurrent(cell, { reverse });
      const values = (owned: Tensor) => ({ values: owned.dataSync(), shape: owned.shape });
      checkGradient(
        ([weight, bias, input]) => {
          Object.assign(cell, { weight, bias });
          const { output, state } = layer.forward(input, undefined, { lengths });
          return output.square().sum().add(state.c.sum());
        },
        [values(cell.weight), values(cell.bias), values(x)],
        { subject: "ConvLSTM2dCell", names: ["weight", "bias", "input"], maxElements: 12 },
      );
    }
  });
});

/** Reads a target off a sequence. */
class Speller extends Module {
  readonly gru = new GRU(3, 12, { generator: new Generator(1) });
  readonly head = new Linear(12, 3, { generator: new Generator(2) });
  forward(x: Tensor): Tensor {
    return logSoftmax(this.head.forward(this.gru.forward(x).output));
  }
}

/** Foretells each next value. */
class Forecaster extends Module {
  readonly lstm: LSTM;
  readonly head: Linear;
  constructor(backend: Backend) {
    super();
    this.lstm = new LSTM(1, 8, { generator: new Generator(1), backend });
    this.head = new Linear(8, 1, { generator: new Generator(2), backend });
  }
  forward(x: Tensor): Tensor {
    return this.head.forward(this.lstm.forward(x).output);
  }
}

describe("training", () => {
  it("over 500 steps keeps its memory flat, and gets better", async () => {
    const backend = fusedCpu();
    const model = new Forecaster(backend);
    const optimizer = new Adam(model, { lr: 0.02 });
    const wave = tensor(
      Float32Array.from({ length: 501 }, (_, i) => Math.sin(i / 5)),
      { shape: [1, 501, 1], backend },
    );
    const [x, y] = [wave.slice(1, 0, 500), wave.slice(1, 1)];
    const losses: number[] = [];
    const live: number[] = [];
    for (let i = 0; i < 12; i++) {
      const { loss, grads } = valueAndGrad(model, () => mseLoss(model.forward(x), y));
      optimizer.step(grads);
      losses.push(await loss.item());
      loss.dispose();
      live.push(backend.memory().liveBytes);
    }
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
    // The first step makes the optimizer's moments; up to 64 numbers that ops were given are kept.
    expect(Math.max(...live.slice(1))).toBeLessThanOrEqual(live[0]! + 64 * 4);
  });

  it("by CTC learns to spell", async () => {
    const model = new Speller();
    const optimizer = new Adam(model, { lr: 0.05 });
    const x = new Generator(5).normal([2, 12, 3]);
    const targets = tensor(
      [
        [1, 2, 2],
        [2, 1, 0],
      ],
      { dtype: "i32" },
    );
    const lengths = [tensor([12, 9], { dtype: "i32" }), tensor([3, 2], { dtype: "i32" })] as const;
    for (let i = 0; i < 40; i++) {
      const { grads } = valueAndGrad(model, () => ctcLoss(model.forward(x), targets, ...lengths));
      optimizer.step(grads);
    }
    const logProbs = predict(model, x);
    expect(await ctcLoss(logProbs, targets, ...lengths).item()).toBeLessThan(0.2);
    const decoded = await ctcGreedyDecode(logProbs, { inputLengths: lengths[0] });
    expect(decoded.map(({ tokens }) => tokens)).toEqual([
      [1, 2, 2],
      [2, 1],
    ]);
  });
});
