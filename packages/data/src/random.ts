import { defaultGenerator, Generator } from "@nn/tensor";

/** Where the numbers of a function that is called once come from. */
export interface SeedOptions {
  /** Equal seeds give equal results. Default: a stream of the default generator, so that `manualSeed` decides. */
  readonly seed?: number;
  /** Instead of a seed; only its key counts, nothing is drawn from it. */
  readonly generator?: Generator;
}

/** The stream of this name that the options ask for. */
export function streamOf({ seed, generator }: SeedOptions, name: string): Generator {
  const source = generator ?? (seed === undefined ? defaultGenerator() : new Generator(seed));
  return source.split(name);
}

/** Numbers in [0, 1) of 32 random bits each. */
export function uniforms(generator: Generator, count: number): Float64Array {
  return Float64Array.from(generator.bits(count), (word) => word * 2 ** -32);
}

/** One number in [low, high). */
export function uniform(generator: Generator, low = 0, high = 1): number {
  return low + generator.bits(1)[0]! * 2 ** -32 * (high - low);
}

/** An integer from low to high - 1. */
export function integer(generator: Generator, low: number, high: number): number {
  return Math.floor(uniform(generator, low, high));
}
