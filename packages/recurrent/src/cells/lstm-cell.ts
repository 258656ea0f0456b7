import { Module, ownedBy } from "@nn/layers";
import { type Parameter, type Tensor, zeros } from "@nn/tensor";
import type { LstmState } from "../sequence/lstm-sequence.js";
import type { Cell } from "./cell.js";
import { checkSizes, parameterMaker, type RecurrentParameterOptions } from "./cell-parameters.js";
import { type LstmWeights, lstmInputs, lstmStep } from "./lstm-step.js";

/** Options of `LSTMCell`. */
export interface LSTMCellOptions extends RecurrentParameterOptions {
  /** Size of a projection of the output, as in PyTorch's LSTM. Default: none. */
  readonly projSize?: number;
  /** Whether the gates look at the cell (Gers and Schmidhuber, 2000). Default false. */
  readonly peepholes?: boolean;
}

/**
 * One step of an LSTM (torch.nn.LSTMCell), and a cell for `Recurrent`.
 *
 * @throws DataError when a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { LSTMCell } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * const cell = new LSTMCell(3, 8);
 * const { h, c } = cell.forward(zeros([2, 3]));
 * [h.shape, c.shape]; // => [[2, 8], [2, 8]]
 * ```
 */
export class LSTMCell extends Module implements Cell<LstmState> {
  /** `(4 · hiddenSize, inputSize)`, gates in the order i, f, g, o. */
  readonly weight_ih: Parameter;
  /** `(4 · hiddenSize, projSize or hiddenSize)` */
  readonly weight_hh: Parameter;
  /** `(4 · hiddenSize)` each; absent with `{ bias: false }`. */
  readonly bias_ih: Parameter | undefined;
  readonly bias_hh: Parameter | undefined;
  /** `(projSize, hiddenSize)`, only with `projSize`. */
  readonly weight_hr: Parameter | undefined;
  /** `(3 · hiddenSize)` for the gates i, f, o; only with `peepholes`. */
  readonly weight_peephole: Parameter | undefined;

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: LSTMCellOptions = {},
  ) {
    super();
    const { bias = true, projSize, peepholes = false } = options;
    checkSizes("LSTMCell", { inputSize, hiddenSize, ...(projSize === undefined ? {} : { projSize }) });
    const make = parameterMaker(hiddenSize, options);
    this.weight_ih = make([4 * hiddenSize, inputSize]);
    this.weight_hh = make([4 * hiddenSize, projSize ?? hiddenSize]);
    if (bias) [this.bias_ih, this.bias_hh] = [make([4 * hiddenSize]), make([4 * hiddenSize])];
    if (projSize !== undefined) this.weight_hr = make([projSize, hiddenSize]);
    if (peepholes) this.weight_peephole = make([3 * hiddenSize]);
  }

  /** Zeros, h `(batch, projSize or hiddenSize)` and c `(batch, hiddenSize)`. */
  initialState(batch: number): LstmState {
    const { dtype, backend, shape } = this.weight_hh;
    const zero = (size: number) => zeros([batch, size], { dtype, backend });
    return { h: zero(shape[1]), c: zero(this.hiddenSize) };
  }
  projectInput(x: Tensor): Tensor {
    return lstmInputs(x, this.weights);
  }
  step(x: Tensor, state: LstmState): { output: Tensor; state: LstmState } {
    return lstmStep(x, state, this.weights);
  }
  /** `(n, inputSize)` and the state before, by default zeros → the state after. */
  forward(x: Tensor, state: LstmState = this.initialState(x.shape[0])): LstmState {
    return ownedBy(this, () => this.step(this.projectInput(x), state).state);
  }
  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}`;
  }

  private get weights(): LstmWeights {
    return {
      weightIh: this.weight_ih,
      weightHh: this.weight_hh,
      biasIh: this.bias_ih,
      biasHh: this.bias_hh,
      weightHr: this.weight_hr,
      weightPeephole: this.weight_peephole,
    };
  }
}
