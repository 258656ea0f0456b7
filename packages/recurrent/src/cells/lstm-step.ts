import { linear } from "@nn/layers";
import { sigmoid, split, type Tensor, tanh } from "@nn/tensor";
import type { LstmState } from "../sequence/lstm-sequence.js";

/** The parameters of an LSTM of one layer and direction; h is the hidden size, p the size of its output. */
export interface LstmWeights {
  /** `(4h, in)`, gates in the order i, f, g, o. */
  readonly weightIh: Tensor;
  /** `(4h, p)` */
  readonly weightHh: Tensor;
  /** `(4h)` */
  readonly biasIh?: Tensor | undefined;
  /** `(4h)` */
  readonly biasHh?: Tensor | undefined;
  /** `(p, h)`: projects the output; p = h without it. */
  readonly weightHr?: Tensor | undefined;
  /** `(3h)`: what the gates i, f, o take from the cell. */
  readonly weightPeephole?: Tensor | undefined;
}

/** The inputs' share of the gates with both biases, `(…, in)` → `(…, 4h)`: for all steps at once. */
export function lstmInputs(x: Tensor, { weightIh, biasIh, biasHh }: LstmWeights): Tensor {
  return linear(x, weightIh, sumOf(biasIh, biasHh));
}

/** The sum of two biases, as far as they are there. */
export function sumOf(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  return a === undefined || b === undefined ? a : a.add(b);
}

/** One step; x are the inputs' shares `(n, 4h)`. */
export function lstmStep(x: Tensor, { h, c }: LstmState, weights: LstmWeights): { output: Tensor; state: LstmState } {
  const { weightHh, weightHr, weightPeephole } = weights;
  const size = c.shape[1];
  const [zi, zf, zg, zo] = split(x.add(h.matmul(weightHh.transpose())), size, 1);
  const peep = weightPeephole === undefined ? undefined : split(weightPeephole, size);
  const look = (z: Tensor, cell: Tensor, gate: number) => (peep === undefined ? z : z.add(cell.mul(peep[gate])));
  const i = sigmoid(look(zi, c, 0));
  const f = sigmoid(look(zf, c, 1));
  const next = f.mul(c).add(i.mul(tanh(zg)));
  const hidden = sigmoid(look(zo, next, 2)).mul(tanh(next));
  const output = weightHr === undefined ? hidden : hidden.matmul(weightHr.transpose());
  return { output, state: { h: output, c: next } };
}
