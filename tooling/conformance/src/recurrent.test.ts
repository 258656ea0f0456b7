import type { Backend, BufferHandle, DType } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import { wasm } from "@nn/backend-wasm";
import { logSoftmax } from "@nn/layers";
import * as recurrent from "@nn/recurrent";
import { getBackend, loadStateDict, type Tensor, tensor, valueAndGrad, withBackend, zeros } from "@nn/tensor";
import { expectGolden, type GoldenRun } from "@nn/testing";
import { loadGolden } from "@nn/testing/node";
import { afterAll, describe, expect, it } from "vitest";

const wasmBackend = await wasm();
afterAll(() => wasmBackend.dispose());
// f32 carries about 7 digits through sums over steps and layers.
const backends = [
  ["composed", cpu(), 1e-9],
  ["fused", fusedCpu(), 1e-9],
  ["wasm", wasmBackend, 2e-5],
] as const;

type Named = Readonly<Record<string, Tensor>>;

/** A layer over the golden's own weights: they stand in for its parameters, so that gradients reach them. */
function over<T extends object>(layer: T, inputs: Named): T {
  const weights = Object.entries(inputs).filter(([name]) => /^(weight|bias)_/.test(name));
  return Object.assign(layer, Object.fromEntries(weights));
}

/** An LSTM over chunks of the sequence: the state is carried on by value, its gradient is not. */
function truncated(inputs: Named, chunk: number): Named {
  const { x } = inputs;
  const lstm = over(new recurrent.LSTM(2, 3), inputs);
  let state: recurrent.LstmState | undefined;
  let loss = zeros([], { dtype: x.dtype, backend: x.backend });
  for (let k = 0; k < x.shape[1]; k += chunk) {
    const before = state === undefined ? undefined : recurrent.detachState(state);
    const part = lstm.forward(x.slice(1, k, k + chunk), before);
    state = part.state;
    loss = loss.add(part.output.square().sum());
  }
  return { loss, h: state!.h, c: state!.c };
}

function ctc({ logits }: Named, options: Readonly<Record<string, unknown>>): Named {
  const { targets, inputLengths, targetLengths, ...rest } = options as Readonly<Record<string, number[]>>;
  const integers = (values: number[]) => tensor(values, { dtype: "i32" });
  const operands = [integers(targets), integers(inputLengths), integers(targetLengths)] as const;
  return { y: recurrent.ctcLoss(logSoftmax(logits), ...operands, { batchFirst: false, ...rest }) };
}

function run(op: string, inputs: Named, options: Readonly<Record<string, unknown>>): Named {
  if (op === "truncated") return truncated(inputs, Number(options.chunk));
  if (op === "ctcLoss") return ctc(inputs, options);
  const { x, h0, c0 } = inputs;
  const { inputSize, hiddenSize, lengths: counts, ...rest } = options as Readonly<Record<string, number & number[]>>;
  const lengths = counts === undefined ? undefined : tensor(counts, { dtype: "i32" });
  if (op === "lstm") {
    const layer = over(new recurrent.LSTM(inputSize, hiddenSize, rest), inputs);
    const { output, state } = layer.forward(x, h0 === undefined ? undefined : { h: h0, c: c0 }, { lengths });
    return { output, h: state.h, c: state.c };
  }
  const nonlinearity = op === "rnnRelu" ? "relu" : "tanh";
  const layer =
    op === "gru"
      ? over(new recurrent.GRU(inputSize, hiddenSize, rest), inputs)
      : over(new recurrent.RNN(inputSize, hiddenSize, { ...rest, nonlinearity }), inputs);
  const { output, state } = layer.forward(x, h0, { lengths });
  return { output, h: state };
}

describe.each(backends)("recurrent.json, %s", (_, backend, rtol) => {
  const { cases } = loadGolden("recurrent");
  it.each(cases.map((golden) => [`${golden.op}: ${golden.name}`, golden] as const))("%s", async (_, golden) => {
    const call: GoldenRun = (inputs, options) => run(golden.op, inputs, options);
    await expectGolden(golden, call, { backend, rtol });
  });
});

it("loads a state dict of PyTorch under its names", () => {
  const golden = loadGolden("recurrent").cases.find(({ name }) => name === "two layers, bidirectional");
  const lstm = new recurrent.LSTM(3, 2, { numLayers: 2, bidirectional: true, dtype: "f64" });
  const dict = Object.fromEntries(
    Object.entries(golden?.inputs ?? {})
      .filter(([name]) => name !== "x")
      .map(([name, { shape }]) => [name, zeros(shape, { dtype: "f64", backend: getBackend() })]),
  );
  expect(golden?.op).toBe("rnnTanh");
  expect(() => loadStateDict(lstm, dict)).toThrow("weight_ih_l0");
  loadStateDict(new recurrent.RNN(3, 2, { numLayers: 2, bidirectional: true, dtype: "f64" }), dict);
});

it("needs little more memory in a training step than what the gradient reads", () => {
  const base = fusedCpu();
  const bytes = new Map<object, number>();
  let live = 0;
  let most = 0;
  const counting: Backend = Object.assign(Object.create(base), {
    alloc(dtype: DType, length: number) {
      const handle = base.alloc(dtype, length);
      bytes.set(handle, 4 * length);
      live += 4 * length;
      most = Math.max(most, live);
      return handle;
    },
    free(handle: BufferHandle) {
      live -= bytes.get(handle) ?? 0;
      base.free(handle);
    },
  });
  withBackend(counting, () => {
    const [n, t, features, h] = [16, 20, 16, 32];
    const lstm = new recurrent.LSTM(features, h, { numLayers: 2 });
    const x = zeros([n, t, features]);
    const before = live;
    most = live;
    valueAndGrad(lstm, () => lstm.forward(x).output.mean());
    // Gates, cells and outputs of two layers.
    const read = 4 * n * t * 2 * (4 * h + h + h);
    expect(most - before).toBeLessThan(1.5 * read);
  });
});
