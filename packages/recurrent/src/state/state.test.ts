import { Linear, Module, mseLoss } from "@nn/layers";
import { Generator, parameters, type Tensor, tensor, valueAndGrad } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { detachState, LSTM, type LstmState, selectState } from "../index.js";

class Forecaster extends Module {
  readonly lstm = new LSTM(1, 4, { generator: new Generator(1), dtype: "f64" });
  readonly head = new Linear(4, 1, { generator: new Generator(2), dtype: "f64" });
  forward(x: Tensor, state?: LstmState): { y: Tensor; state: LstmState } {
    const { output, state: last } = this.lstm.forward(x, state);
    return { y: this.head.forward(output), state: last };
  }
}

/** A wave of 501 steps in two phases: each step foretells the next. */
const wave = tensor(
  Float64Array.from({ length: 2 * 501 }, (_, i) => Math.sin(i / 7)),
  { shape: [2, 501, 1] },
);
const [x, y] = [wave.slice(1, 0, 500), wave.slice(1, 1)];
const chunk = 50;

describe("truncated back-propagation", () => {
  it("over 500 steps: the sum of the chunks' gradients, the state carried on by value", async () => {
    const model = new Forecaster();
    // Chunk by chunk: what valueAndGrad returns beside the loss is detached.
    const sums = parameters(model).map((parameter) => new Float64Array(parameter.size));
    let state: LstmState | undefined;
    for (let k = 0; k < 500; k += chunk) {
      const before = state;
      const result = valueAndGrad(model, () => {
        const { y: guess, state } = model.forward(x.slice(1, k, k + chunk), before);
        return { loss: mseLoss(guess, y.slice(1, k, k + chunk)), state };
      });
      state = result.state;
      expect(state.h.tracked).toBe(false);
      for (const [i, parameter] of parameters(model).entries()) {
        const gradient = await result.grads.get(parameter).data();
        gradient.forEach((value, j) => (sums[i]![j]! += value));
      }
      result.grads.dispose();
    }
    // All chunks in one loss, the state detached between them.
    const { grads, last } = valueAndGrad(model, () => {
      let loss: Tensor = tensor(0, { dtype: "f64" });
      let before: LstmState | undefined;
      for (let k = 0; k < 500; k += chunk) {
        const { y: guess, state } = model.forward(x.slice(1, k, k + chunk), before && detachState(before));
        loss = loss.add(mseLoss(guess, y.slice(1, k, k + chunk)));
        before = state;
      }
      return { loss, last: before! };
    });
    for (const [i, parameter] of parameters(model).entries()) {
      const gradient = await grads.get(parameter).data();
      gradient.forEach((value, j) => expect(value).toBeCloseTo(sums[i]![j]!, 10));
    }
    // The values are those of the whole sequence; the gradient is not.
    const whole = valueAndGrad(model, () => {
      const { y: guess, state } = model.forward(x);
      return { loss: mseLoss(guess, y).mul(500 / chunk), state };
    });
    const [ours, theirs] = [await last.h.data(), await whole.state.h.data()];
    ours.forEach((value, i) => expect(value).toBeCloseTo(theirs[i]!, 10));
    const recurrent = model.lstm.weight_hh_l0;
    const difference = await whole.grads.get(recurrent).sub(grads.get(recurrent)).abs().max().item();
    expect(difference).toBeGreaterThan(1e-6);
  });

  it("is not needed at 500 steps: the whole gradient is finite", async () => {
    const model = new Forecaster();
    const { grads } = valueAndGrad(model, () => mseLoss(model.forward(x).y, y));
    for (const [, gradient] of grads) expect((await gradient.data()).every(Number.isFinite)).toBe(true);
  });
});

describe("states", () => {
  it("are selected along the axis of the batch, whatever their form", async () => {
    const rows = tensor([1, 1, 0], { dtype: "i32" });
    const part = tensor([
      [1, 2],
      [3, 4],
    ]);
    const { lists, h } = selectState({ lists: [part], h: part }, rows);
    expect(await h.array()).toEqual([
      [3, 4],
      [3, 4],
      [1, 2],
    ]);
    expect(await lists[0]!.array()).toEqual(await h.array());
    expect(await selectState(part, rows, 1).array()).toEqual([
      [2, 2, 1],
      [4, 4, 3],
    ]);
    expect(() => selectState(part, part)).toThrow("the index must be i32");
  });

  it("are the same once detached, without a gradient", async () => {
    const state = tensor([1, 2]);
    const { grads, loss } = valueAndGrad(state, () => detachState({ state }).state.sum().add(state.sum().mul(0)));
    expect(await loss.item()).toBe(3);
    expect(await grads.get(state).array()).toEqual([0, 0]);
  });
});
