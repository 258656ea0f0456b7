import { uniform } from "@nn/layers";
import { type CreateOptions, DataError, type Generator, Parameter } from "@nn/tensor";

/** Options of all cells and layers. */
export interface RecurrentParameterOptions extends CreateOptions {
  /** Whether biases are added. Default true. */
  readonly bias?: boolean;
  /** Draws the initial values, uniform in ±1/√hiddenSize as in PyTorch. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
}

/** A maker of parameters uniform in ±1/√hiddenSize. */
export function parameterMaker(hiddenSize: number, options: RecurrentParameterOptions) {
  const bound = 1 / Math.sqrt(hiddenSize);
  return (shape: readonly number[]) => new Parameter(uniform(shape, { ...options, low: -bound, high: bound }));
}

/** Throws unless all sizes are positive integers. */
export function checkSizes(where: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(sizes)) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new DataError({
      where,
      problem: `${name} is not a positive integer`,
      rows: [["got", String(value)]],
      fix: `pass sizes: new ${where}(64, 128)`,
    });
  }
}
