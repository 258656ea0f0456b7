import type { DType, TypedArrayOf } from "@nn/backend";
import {
  bernoulliFromBits,
  DataError,
  normalFromBits,
  philox4x32,
  philoxBits,
  sizeOf,
  typedArray,
  uniformFromBits,
} from "@nn/backend";
import type { Ranked, ShapeArgument } from "../core/ranked.js";
import { runtime } from "../core/runtime.js";
import type { Tensor } from "../core/tensor.js";
import { fromHost } from "../create/from-host.js";
import { checkShape } from "../create/full.js";
import { type CreateOptions, resolveOptions } from "../create/options.js";
import { noteDraw } from "./draws.js";

const generatorMarker: unique symbol = Symbol.for("nn.generator");

/** Where a generator stands: plain numbers, fit for a checkpoint. */
export interface GeneratorState {
  readonly key: readonly [number, number];
  readonly counter: number;
}

/**
 * A stream of random numbers (Philox4x32-10): a key and a counter, so it is small, exactly reproducible, and the same
 * on every backend; normals agree within rounding.
 *
 * @example
 * ```ts
 * import { Generator } from "@nn/tensor";
 *
 * const a = await new Generator(7).uniform([3]).array();
 * const b = await new Generator(7).uniform([3]).array();
 * JSON.stringify(a) === JSON.stringify(b); // => true
 * ```
 */
export class Generator {
  private key: readonly [number, number];
  /** Blocks of four words drawn so far. */
  counter = 0;

  /** @param seed a safe integer; equal seeds give equal streams. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) {
      throw new DataError({
        where: "Generator",
        problem: "the seed is not an integer",
        rows: [["got", String(seed)]],
        fix: "use an integer such as 0, 42 or Date.now()",
      });
    }
    const high = Math.floor(seed / 4294967296);
    this.key = [seed >>> 0, high >>> 0];
  }

  /**
   * An independent stream that depends on this one's key and the name alone, not on what was drawn: initialization,
   * shuffling and dropout each have their own.
   */
  split(name: string | number): Generator {
    let [a, b, c, d] = philox4x32([0, 0, 0, 0x73706c74], this.key);
    for (const char of `${typeof name}:${name}`) {
      [a, b, c, d] = philox4x32(
        [a ^ char.codePointAt(0)!, b, c, d].map((word) => word >>> 0) as [number, number, number, number],
        this.key,
      );
    }
    const child = new Generator(0);
    child.key = [a, b];
    return child;
  }

  /** Uniform in `[low, high)` (default 0 to 1). */
  uniform<S extends ShapeArgument>(
    shape: S,
    options: CreateOptions & { low?: number; high?: number } = {},
  ): Tensor<Ranked<S>> {
    const { low = 0, high = 1 } = options;
    return this.fill(shape, options, "uniform", (bits, out) => {
      uniformFromBits(bits, out);
      if (low !== 0 || high !== 1) for (let i = 0; i < out.length; i++) out[i] = low + out[i]! * (high - low);
    });
  }
  /** Normal with the given mean (default 0) and standard deviation (default 1). */
  normal<S extends ShapeArgument>(
    shape: S,
    options: CreateOptions & { mean?: number; std?: number } = {},
  ): Tensor<Ranked<S>> {
    const { mean = 0, std = 1 } = options;
    return this.fill(shape, options, "normal", (bits, out) => {
      normalFromBits(bits, out);
      if (mean !== 0 || std !== 1) for (let i = 0; i < out.length; i++) out[i] = mean + out[i]! * std;
    });
  }
  /** 1 with the given probability, else 0; of any dtype. */
  bernoulli<S extends ShapeArgument>(shape: S, probability: number, options: CreateOptions = {}): Tensor<Ranked<S>> {
    if (!(probability >= 0 && probability <= 1)) {
      throw new DataError({
        where: "bernoulli",
        problem: "the probability is not between 0 and 1",
        rows: [["got", String(probability)]],
        fix: "use a number from 0 to 1",
      });
    }
    const { dtype, backend } = resolveOptions(options);
    checkShape("bernoulli", shape);
    const size = sizeOf(shape);
    const ones = bernoulliFromBits(this.bits(size), probability, new Uint8Array(size));
    const data = dtype === "bool" ? ones : typedArray(dtype, size);
    if (data !== ones) data.set(ones);
    return fromHost(data, shape, dtype, backend, "bernoulli");
  }
  /** A random order of `0 … n - 1` (i32), each equally likely. */
  permutation(n: number, options: Omit<CreateOptions, "dtype"> = {}): Tensor<[n: number]> {
    checkShape("permutation", [n]);
    return fromHost(this.shuffled(n), [n], "i32", resolveOptions(options).backend, "permutation");
  }
  /** `permutation` on the host, for loaders. */
  shuffled(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    const bits = this.bits(n);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(bits[i]! * 2 ** -32 * (i + 1));
      const other = order[j]!;
      order[j] = order[i]!;
      order[i] = other;
    }
    return order;
  }
  /** Raw 32-bit words. */
  bits(count: number): Uint32Array {
    noteDraw(this);
    const words = philoxBits(this.key, this.counter, count + (count & 1));
    this.counter += Math.ceil(count / 4);
    return words;
  }

  /** @internal */
  get [generatorMarker](): true {
    return true;
  }

  /** Where the stream stands. */
  state(): GeneratorState {
    return { key: this.key, counter: this.counter };
  }
  /** Sets the stream to a saved state. */
  restore(state: GeneratorState): void {
    this.key = [state.key[0], state.key[1]];
    this.counter = state.counter;
  }

  private fill<S extends ShapeArgument>(
    shape: S,
    options: CreateOptions,
    where: string,
    draw: (bits: Uint32Array, out: TypedArrayOf["f32" | "f64"]) => void,
  ): Tensor<Ranked<S>> {
    const { dtype, backend } = resolveOptions(options);
    checkShape(where, shape);
    const out = floatArray(dtype, sizeOf(shape), where);
    draw(this.bits(out.length), out);
    return fromHost(out, shape, dtype, backend, where);
  }
}

/**
 * True for generators, also those of a second copy of this package.
 *
 * @example
 * ```ts
 * import { Generator, isGenerator } from "@nn/tensor";
 *
 * isGenerator(new Generator(1)); // => true
 * ```
 */
export function isGenerator(value: unknown): value is Generator {
  return typeof value === "object" && value !== null && generatorMarker in value;
}

function floatArray(dtype: DType, length: number, where: string): TypedArrayOf["f32" | "f64"] {
  if (dtype === "f32" || dtype === "f64") return typedArray(dtype, length);
  throw new DataError({
    where,
    problem: "real random numbers need a real dtype",
    rows: [["got", dtype]],
    fix: 'use dtype "f32" or "f64"; for integers use permutation or bernoulli',
  });
}

/**
 * The generator that layers use for initialization and dropout unless they are given one. Seeded with 0 until
 * `manualSeed` is called, so that programs are reproducible by default.
 *
 * @example
 * ```ts
 * import { defaultGenerator, manualSeed } from "@nn/tensor";
 *
 * manualSeed(42);
 * defaultGenerator().state().counter; // => 0
 * ```
 */
export function defaultGenerator(): Generator {
  runtime.generator ??= new Generator(0);
  return runtime.generator;
}

/**
 * Starts the default generator anew from a seed (torch.manual_seed).
 *
 * @example
 * ```ts
 * import { manualSeed } from "@nn/tensor";
 *
 * manualSeed(42);
 * ```
 */
export function manualSeed(seed: number): void {
  const fresh = new Generator(seed);
  if (runtime.generator === null) runtime.generator = fresh;
  else runtime.generator.restore(fresh.state());
}
