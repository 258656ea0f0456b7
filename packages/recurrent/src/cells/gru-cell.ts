import { Module, ownedBy } from "@nn/layers";
import { type Parameter, type Tensor, zeros } from "@nn/tensor";
import type { Cell } from "./cell.js";
import { checkSizes, parameterMaker, type RecurrentParameterOptions } from "./cell-parameters.js";
import { type GruWeights, gruInputs, gruStep } from "./gru-step.js";

/** Options of `GRUCell`. */
export interface GRUCellOptions extends RecurrentParameterOptions {
  /** Whether the reset gate acts after the state's matrix (PyTorch) or before it (the paper). Default true. */
  readonly resetAfter?: boolean;
}

/**
 * One step of a GRU (torch.nn.GRUCell), and a cell for `Recurrent`.
 *
 * @throws DataError when a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { GRUCell } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * new GRUCell(3, 8).forward(zeros([2, 3])).shape; // => [2, 8]
 * ```
 */
export class GRUCell extends Module implements Cell<Tensor> {
  /** `(3 · hiddenSize, inputSize)`, gates in the order r, z, n. */
  readonly weight_ih: Parameter;
  /** `(3 · hiddenSize, hiddenSize)` */
  readonly weight_hh: Parameter;
  /** `(3 · hiddenSize)` each; absent with `{ bias: false }`. */
  readonly bias_ih: Parameter | undefined;
  readonly bias_hh: Parameter | undefined;
  readonly resetAfter: boolean;

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: GRUCellOptions = {},
  ) {
    super();
    checkSizes("GRUCell", { inputSize, hiddenSize });
    this.resetAfter = options.resetAfter ?? true;
    const make = parameterMaker(hiddenSize, options);
    this.weight_ih = make([3 * hiddenSize, inputSize]);
    this.weight_hh = make([3 * hiddenSize, hiddenSize]);
    if (options.bias !== false) [this.bias_ih, this.bias_hh] = [make([3 * hiddenSize]), make([3 * hiddenSize])];
  }

  /** Zeros `(batch, hiddenSize)`. */
  initialState(batch: number): Tensor {
    const { dtype, backend } = this.weight_hh;
    return zeros([batch, this.hiddenSize], { dtype, backend });
  }
  projectInput(x: Tensor): Tensor {
    return gruInputs(x, this.weights);
  }
  step(x: Tensor, state: Tensor): { output: Tensor; state: Tensor } {
    const output = gruStep(x, state, this.weights, this.resetAfter);
    return { output, state: output };
  }
  /** `(n, inputSize)` and the state before, by default zeros → the state after `(n, hiddenSize)`. */
  forward(x: Tensor, state: Tensor = this.initialState(x.shape[0])): Tensor {
    return ownedBy(this, () => this.step(this.projectInput(x), state).state);
  }
  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}`;
  }

  private get weights(): GruWeights {
    return { weightIh: this.weight_ih, weightHh: this.weight_hh, biasIh: this.bias_ih, biasHh: this.bias_hh };
  }
}
