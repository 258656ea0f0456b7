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

/** Numbers from the normal distribution (Box and Muller). */
export function normals(generator: Generator, count: number): Float64Array {
  const words = generator.bits(count + (count & 1));
  const out = new Float64Array(words.length);
  for (let i = 0; i < out.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log((words[i]! + 0.5) * 2 ** -32));
    const angle = 2 * Math.PI * words[i + 1]! * 2 ** -32;
    out[i] = radius * Math.cos(angle);
    out[i + 1] = radius * Math.sin(angle);
  }
  return out.subarray(0, count);
}

/** A number from the beta distribution of two equal parameters. */
export function symmetricBeta(generator: Generator, alpha: number): number {
  const a = logGamma(generator, alpha);
  const b = logGamma(generator, alpha);
  // From logarithms: for a small alpha both underflow.
  return 1 / (1 + Math.exp(b - a));
}

/** The logarithm of a number from the gamma distribution (Marsaglia and Tsang 2000). */
function logGamma(generator: Generator, shape: number): number {
  if (shape < 1) return logGamma(generator, shape + 1) + Math.log(uniform(generator) + 2 ** -33) / shape;
  const d = shape - 1 / 3;
  for (;;) {
    const x = normals(generator, 1)[0]!;
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v <= 0) continue;
    const u = uniform(generator) + 2 ** -33;
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}
