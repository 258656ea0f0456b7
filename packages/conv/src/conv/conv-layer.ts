import { Module } from "@nn/layers";
import { type CreateOptions, defaultGenerator, type Generator, Parameter, type Shape, type Tensor } from "@nn/tensor";
import { showOptions } from "../shared/show-options.js";
import type { PaddingMode } from "./padding-mode.js";

/** Options that the layers of all convolutions share. */
export interface ConvLayerOptions extends CreateOptions {
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
  /**
   * What the padding holds: zeros, a mirror image, the edge, or the other end. Default `"zeros"`, the only one of
   * transposed convolutions.
   */
  readonly paddingMode?: PaddingMode;
  /** Draws the initial values. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
}

/** Weight, bias and printed form of all convolution layers; subclasses check the options and run the op. */
export abstract class ConvLayer<W extends Shape> extends Module {
  /**
   * `(outChannels, inChannels / groups, …kernelSize)`, of transposed convolutions
   * `(inChannels, outChannels / groups, …kernelSize)`.
   */
  readonly weight: Parameter<W>;
  /** `(outChannels)`, absent with `{ bias: false }`. */
  readonly bias: Parameter<[out: number]> | undefined;
  readonly #shown: string;

  protected constructor(
    [inChannels, outChannels]: readonly [inChannels: number, outChannels: number],
    kernelSize: readonly number[],
    options: ConvLayerOptions & { readonly groups?: number },
    transposed = false,
  ) {
    super();
    const { groups = 1, bias = true, generator = defaultGenerator(), backend, ...rest } = options;
    const ends = transposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups];
    const shape = [...ends, ...kernelSize];
    // PyTorch draws the weight by Kaiming's rule with a = √5, which comes to the bound of the bias. It takes the second
    // dimension of the weight for the inputs of a filter, also where that is not so.
    const bound = 1 / Math.sqrt(shape.slice(1).reduce((product, size) => product * size, 1));
    const range = { low: -bound, high: bound, dtype: rest.dtype, backend };
    this.weight = new Parameter<W>(generator.uniform(shape, range));
    this.bias = bias ? new Parameter<[out: number]>(generator.uniform([outChannels], range)) : undefined;
    const kernel = kernelSize.length === 1 ? kernelSize[0] : kernelSize;
    const shown = showOptions({ ...rest, kernelSize: kernel, groups, bias });
    this.#shown = `${inChannels}, ${outChannels}, ${shown}`;
  }

  /** The input with weight and bias, as ops take them. */
  protected operands(x: Tensor): Tensor[] {
    return this.bias === undefined ? [x, this.weight] : [x, this.weight, this.bias];
  }
  override extraRepr(): string {
    return this.#shown;
  }
}
