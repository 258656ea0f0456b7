// A recurrent network learns which half of a sequence is louder, and goes on on another backend.
import { fusedCpu } from "@nn/backend-cpu/fused";
import { crossEntropy, Linear, Module, predict } from "@nn/layers";
import { Adam } from "@nn/optim";
import { Bidirectional, ctcGreedyDecode, GRUCell, LSTM, lastOutput } from "@nn/recurrent";
import { Generator, manualSeed, moveTo, setBackend, type Tensor, tensor, valueAndGrad } from "@nn/tensor";

class Listener extends Module {
  readonly lstm = new LSTM(1, 6);
  readonly both = new Bidirectional(new GRUCell(6, 4), new GRUCell(6, 4));
  readonly head = new Linear(8, 2);
  forward(x: Tensor, lengths?: Tensor): Tensor {
    const { output } = this.lstm.forward(x, undefined, { lengths });
    return this.head.forward(lastOutput(this.both.forward(output, undefined, { lengths }).output, lengths));
  }
}

manualSeed(1);
const model = new Listener();
const optimizer = new Adam(model, { lr: 0.02 });
const labels = Int32Array.from({ length: 16 }, (_, i) => i % 2);
const noise = new Generator(3).bits(16 * 8);
const values = Float32Array.from({ length: 16 * 8 }, (_, i) => {
  const loud = Number(i % 8 >= 4) === labels[Math.floor(i / 8)];
  return ((noise[i] ?? 0) / 2 ** 31 - 1) * (loud ? 1 : 0.2);
});

async function learn(steps: number): Promise<number> {
  const x = tensor(values, { shape: [16, 8, 1] });
  let last = Number.NaN;
  for (let step = 0; step < steps; step++) {
    const { loss, grads } = valueAndGrad(model, () => crossEntropy(model.forward(x), tensor(labels)));
    optimizer.step(grads);
    last = await loss.item();
  }
  return last;
}

const first = await learn(1);
const middle = await learn(20);
const fused = fusedCpu();
await moveTo(model, fused);
await moveTo(optimizer, fused);
setBackend(fused);
const last = await learn(40);
const short = predict(model, () =>
  model.forward(tensor(values, { shape: [16, 8, 1] }), tensor(new Int32Array(16).fill(5))),
);
const [decoded] = await ctcGreedyDecode(
  tensor([
    [
      [0.1, 0.9],
      [0.8, 0.2],
      [0.1, 0.9],
    ],
  ]).log(),
);
export default first > middle && middle > last && short.shape[1] === 2 && decoded?.tokens.join() === "1,1";
