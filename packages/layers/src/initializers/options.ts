import { type CreateOptions, defaultGenerator, type Generator } from "@nn/tensor";

/** Options of all random initializers. */
export interface InitializerOptions extends CreateOptions {
  /** Where the numbers come from. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
}

/** The generator of the options, or the default one. */
export function generatorOf(options: InitializerOptions): Generator {
  return options.generator ?? defaultGenerator();
}
