import { Dropout, dropout, Module } from "@nn/layers";
import { concat, DataError, describe, type Generator, type Parameter, ShapeError, type Tensor } from "@nn/tensor";
import { checkSizes, parameterMaker, type RecurrentParameterOptions } from "../cells/cell-parameters.js";

/** Options of `RNN`, `LSTM` and `GRU`. */
export interface RecurrentLayerOptions extends RecurrentParameterOptions {
  /** Layers on top of each other. Default 1. */
  readonly numLayers?: number;
  /** Whether a second layer runs backwards; the outputs of both are joined. Default false. */
  readonly bidirectional?: boolean;
  /** Probability of zeroing elements between layers while training. Default 0. */
  readonly dropout?: number;
  /** Whether input and output are `(n, t, …)`; false: `(t, n, …)`. Default true, unlike PyTorch. */
  readonly batchFirst?: boolean;
}

/** How `RNN`, `LSTM` and `GRU` are called. */
export interface SequenceCallOptions {
  /**
   * `(n)` i32, the true length of each sequence, from 0 to t: behind it outputs are 0 and nothing flows; the last state
   * is the one at that length (as with PyTorch's packed sequences, in any order). Default: all are t.
   */
  readonly lengths?: Tensor | undefined;
  /** Draws what dropout drops. Default: a stream of the layer's own, started from `defaultGenerator()`. */
  readonly generator?: Generator;
}

/** The parameters of one layer in one direction. */
export interface DirectionWeights {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | undefined;
  readonly biasHh: Parameter | undefined;
  readonly weightHr: Parameter | undefined;
  readonly weightPeephole: Parameter | undefined;
}

/** What tells the three layers apart. */
interface Shape {
  readonly name: string;
  readonly gates: number;
  readonly projSize?: number | undefined;
  readonly peepholes?: boolean | undefined;
}

/** What one layer in one direction gives: outputs `(n, t, d)`, and the last state's parts `(n, …)` by name. */
export interface DirectionResult<K extends string> {
  readonly output: Tensor;
  readonly state: Readonly<Record<K, Tensor>>;
}

/**
 * Layers and directions of a recurrent network, with the parameters' names of PyTorch: `weight_ih_l0`, `weight_hh_l0`,
 * `bias_ih_l0`, `bias_hh_l0`, then `…_l0_reverse`, `…_l1`.
 */
export abstract class RecurrentBase<K extends string> extends Module {
  readonly [weight: `weight_${string}`]: Parameter;
  readonly [bias: `bias_${string}`]: Parameter;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bidirectional: boolean;
  readonly dropout: number;
  readonly batchFirst: boolean;
  /** Draws what is dropped; absent without dropout. */
  readonly generator: Generator | undefined;
  /** Features of one direction's output. */
  protected readonly outputSize: number;

  constructor(shape: Shape, inputSize: number, hiddenSize: number, options: RecurrentLayerOptions) {
    super();
    const { numLayers = 1, bidirectional = false, dropout: drop = 0, bias = true, batchFirst = true } = options;
    const { name, gates, projSize, peepholes } = shape;
    checkSizes(name, { inputSize, hiddenSize, numLayers, ...(projSize === undefined ? {} : { projSize }) });
    checkDropout(name, drop, numLayers);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bidirectional = bidirectional;
    this.dropout = drop;
    this.batchFirst = batchFirst;
    this.outputSize = projSize ?? hiddenSize;
    const make = parameterMaker(hiddenSize, options);
    const own: Record<string, Parameter> = {};
    for (const [layer, suffix] of this.suffixes()) {
      const features = layer === 0 ? inputSize : this.outputSize * (bidirectional ? 2 : 1);
      own[`weight_ih${suffix}`] = make([gates * hiddenSize, features]);
      own[`weight_hh${suffix}`] = make([gates * hiddenSize, this.outputSize]);
      if (bias) own[`bias_ih${suffix}`] = make([gates * hiddenSize]);
      if (bias) own[`bias_hh${suffix}`] = make([gates * hiddenSize]);
      if (projSize !== undefined) own[`weight_hr${suffix}`] = make([projSize, hiddenSize]);
      if (peepholes === true) own[`weight_peephole${suffix}`] = make([3 * hiddenSize]);
    }
    Object.assign(this, own);
    if (drop > 0) this.generator = new Dropout(drop).generator;
  }

  /** Runs one layer in one direction. */
  protected abstract direction(
    x: Tensor,
    weights: DirectionWeights,
    state: Readonly<Record<K, Tensor>> | undefined,
    options: { readonly reverse: boolean; readonly lengths: Tensor | undefined },
  ): DirectionResult<K>;

  /** Runs all layers; states are `(layers · directions, n, …)` by name. */
  protected run(
    x: Tensor,
    first: Readonly<Record<K, Tensor>> | undefined,
    { lengths, generator }: SequenceCallOptions,
  ): DirectionResult<K> {
    this.checkInput(x);
    let input = this.batchFirst ? x : x.transpose(0, 1);
    const last: Readonly<Record<K, Tensor>>[] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0 && this.training && this.dropout > 0) {
        input = dropout(input, this.dropout, { training: true, generator: generator ?? this.generator });
      }
      const outputs = this.suffixes()
        .filter(([of]) => of === layer)
        .map(([, suffix]) => {
          const start = first === undefined ? undefined : mapValues(first, (part) => part.at(last.length));
          const reverse = suffix.endsWith("_reverse");
          const { output, state } = this.direction(input, this.weights(suffix), start, { reverse, lengths });
          last.push(state);
          return output;
        });
      input = outputs.length === 1 ? outputs[0] : concat(outputs, 2);
    }
    const state = mapValues(last[0], (_, name) => joinStates(last.map((part) => part[name])));
    return { output: this.batchFirst ? input : input.transpose(0, 1), state };
  }

  /** `_l0`, `_l0_reverse`, `_l1`, … with the layer that each belongs to. */
  private suffixes(): [layer: number, suffix: string][] {
    return Array.from({ length: this.numLayers }, (_, layer) => layer).flatMap((layer) =>
      (this.bidirectional ? [`_l${layer}`, `_l${layer}_reverse`] : [`_l${layer}`]).map((suffix): [number, string] => [
        layer,
        suffix,
      ]),
    );
  }

  private weights(suffix: string): DirectionWeights {
    return {
      weightIh: this[`weight_ih${suffix}`],
      weightHh: this[`weight_hh${suffix}`],
      biasIh: this[`bias_ih${suffix}`],
      biasHh: this[`bias_hh${suffix}`],
      weightHr: this[`weight_hr${suffix}`],
      weightPeephole: this[`weight_peephole${suffix}`],
    };
  }

  private checkInput(x: Tensor): void {
    if (x.rank === 3 && x.shape[2] === this.inputSize) return;
    const expected = `[${this.batchFirst ? "n, t" : "t, n"}, ${this.inputSize}]`;
    throw new ShapeError({
      where: this.constructor.name,
      problem: x.rank === 3 ? "input features do not match the layer" : "the input is no batch of sequences",
      rows: [
        ["input", describe(x)],
        ["expected", expected],
      ],
      fix:
        x.rank === 3
          ? `new ${this.constructor.name}(${x.shape[2]}, ${this.hiddenSize}), or check the layer before it`
          : "x.unsqueeze(0) makes a batch of one sequence, x.unsqueeze(2) features of one number",
    });
  }

  override extraRepr(): string {
    const parts = [`${this.inputSize}, ${this.hiddenSize}`];
    if (this.numLayers > 1) parts.push(`numLayers=${this.numLayers}`);
    if (this.bidirectional) parts.push("bidirectional=true");
    if (this.dropout > 0) parts.push(`dropout=${this.dropout}`);
    if (!this.batchFirst) parts.push("batchFirst=false");
    return parts.join(", ");
  }
}

function mapValues<K extends string>(
  record: Readonly<Record<K, Tensor>>,
  fn: (value: Tensor, name: K) => Tensor,
): Record<K, Tensor> {
  const entries = Object.entries(record) as [K, Tensor][];
  return Object.fromEntries(entries.map(([name, value]) => [name, fn(value, name)])) as Record<K, Tensor>;
}

/** `(n, …)` of each layer and direction → `(layers · directions, n, …)`. */
function joinStates(states: readonly Tensor[]): Tensor {
  return concat(
    states.map((state) => state.unsqueeze(0)),
    0,
  );
}

function checkDropout(where: string, p: number, numLayers: number): void {
  const problem = !(p >= 0 && p < 1)
    ? "dropout is no probability below 1"
    : p > 0 && numLayers === 1
      ? "one layer has nothing to drop between"
      : undefined;
  if (problem === undefined) return;
  throw new DataError({
    where,
    problem,
    rows: [["got", `dropout ${p}, numLayers ${numLayers}`]],
    fix: p >= 0 && p < 1 ? "use numLayers of 2 or more, or a Dropout layer behind this one" : "use 0 ≤ dropout < 1",
  });
}
