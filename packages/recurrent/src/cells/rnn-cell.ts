import { linear, Module, ownedBy } from "@nn/layers";
import { type Parameter, relu, type Tensor, tanh, zeros } from "@nn/tensor";
import type { Cell } from "./cell.js";
import { checkSizes, parameterMaker, type RecurrentParameterOptions } from "./cell-parameters.js";

/** Options of `RNNCell`. */
export interface RNNCellOptions extends RecurrentParameterOptions {
  /** Default "tanh". */
  readonly nonlinearity?: "tanh" | "relu";
}

/**
 * One step of a simple recurrent network (torch.nn.RNNCell; Elman, 1990), and a cell for `Recurrent`.
 *
 * @throws DataError when a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { RNNCell } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * new RNNCell(3, 8, { nonlinearity: "relu" }).forward(zeros([2, 3])).shape; // => [2, 8]
 * ```
 */
export class RNNCell extends Module implements Cell<Tensor> {
  /** `(hiddenSize, inputSize)` */
  readonly weight_ih: Parameter;
  /** `(hiddenSize, hiddenSize)` */
  readonly weight_hh: Parameter;
  /** `(hiddenSize)` each; absent with `{ bias: false }`. */
  readonly bias_ih: Parameter | undefined;
  readonly bias_hh: Parameter | undefined;
  readonly nonlinearity: "tanh" | "relu";

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: RNNCellOptions = {},
  ) {
    super();
    checkSizes("RNNCell", { inputSize, hiddenSize });
    this.nonlinearity = options.nonlinearity ?? "tanh";
    const make = parameterMaker(hiddenSize, options);
    this.weight_ih = make([hiddenSize, inputSize]);
    this.weight_hh = make([hiddenSize, hiddenSize]);
    if (options.bias !== false) [this.bias_ih, this.bias_hh] = [make([hiddenSize]), make([hiddenSize])];
  }

  /** Zeros `(batch, hiddenSize)`. */
  initialState(batch: number): Tensor {
    const { dtype, backend } = this.weight_hh;
    return zeros([batch, this.hiddenSize], { dtype, backend });
  }
  projectInput(x: Tensor): Tensor {
    return linear(x, this.weight_ih, this.bias_ih);
  }
  step(x: Tensor, state: Tensor): { output: Tensor; state: Tensor } {
    const z = x.add(linear(state, this.weight_hh, this.bias_hh));
    const output = this.nonlinearity === "tanh" ? tanh(z) : relu(z);
    return { output, state: output };
  }
  /** `(n, inputSize)` and the state before, by default zeros → the state after `(n, hiddenSize)`. */
  forward(x: Tensor, state: Tensor = this.initialState(x.shape[0])): Tensor {
    return ownedBy(this, () => this.step(this.projectInput(x), state).state);
  }
  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}, nonlinearity="${this.nonlinearity}"`;
  }
}
