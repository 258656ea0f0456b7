import type { TypedArrayOf } from "./dtype.js";

/*
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 * Counter-based: block i of a stream is a function of (key, i) alone, so any backend can make any part of it.
 */
const m0 = 0xd2511f53;
const m1 = 0xcd9e8d57;
const w0 = 0x9e3779b9;
const w1 = 0xbb67ae85;

/** High 32 bits of an unsigned 32 × 32 product, by 16-bit halves: no BigInt in the loop. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = Math.imul(aLow, bLow) >>> 0;
  const mid1 = (Math.imul(aHigh, bLow) >>> 0) + (low >>> 16);
  const mid2 = (Math.imul(aLow, bHigh) >>> 0) + (mid1 & 0xffff);
  return (Math.imul(aHigh, bHigh) + ((mid1 / 65536) >>> 0) + ((mid2 / 65536) >>> 0)) >>> 0;
}

/**
 * One block: four 32-bit words from a 128-bit counter and a 64-bit key, ten rounds.
 *
 * @param counter four unsigned 32-bit words, least significant first
 * @param key two unsigned 32-bit words
 *
 * @example
 * ```ts
 * import { philox4x32 } from "@nn/backend";
 *
 * philox4x32([0, 0, 0, 0], [0, 0])[0].toString(16); // => "6627e8d5"
 * ```
 */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  const out = new Uint32Array(4);
  block(counter[0], counter[1], counter[2], counter[3], key[0], key[1], out, 0);
  return [out[0]!, out[1]!, out[2]!, out[3]!];
}

function block(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
  at: number,
): void {
  for (let round = 0; round < 10; round++) {
    const h0 = mulHigh(m0, c0);
    const l0 = Math.imul(m0, c0);
    const h1 = mulHigh(m1, c2);
    const l1 = Math.imul(m1, c2);
    c0 = (h1 ^ c1 ^ k0) >>> 0;
    c1 = l1 >>> 0;
    c2 = (h0 ^ c3 ^ k1) >>> 0;
    c3 = l0 >>> 0;
    k0 = (k0 + w0) >>> 0;
    k1 = (k1 + w1) >>> 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

/**
 * `length` random words of a stream, from block `counter` on (a safe integer; it fills the two low counter words).
 * Word `4 i + j` is word `j` of block `counter + i`.
 *
 * @example
 * ```ts
 * import { philoxBits } from "@nn/backend";
 *
 * philoxBits([0, 0], 0, 4)[0]!.toString(16); // => "6627e8d5"
 * ```
 */
export function philoxBits(key: readonly [number, number], counter: number, length: number): Uint32Array {
  const blocks = Math.ceil(length / 4);
  const out = new Uint32Array(blocks * 4);
  for (let i = 0; i < blocks; i++) {
    const c = counter + i;
    block(c >>> 0, Math.floor(c / 4294967296) >>> 0, 0, 0, key[0], key[1], out, i * 4);
  }
  return out.length === length ? out : out.subarray(0, length);
}

/**
 * Uniform in [0, 1) with 24 bits: identical on every backend and in f32 and f64.
 *
 * @example
 * ```ts
 * import { philoxBits, uniformFromBits } from "@nn/backend";
 *
 * uniformFromBits(philoxBits([1, 0], 0, 4), new Float32Array(4)).every((u) => u >= 0 && u < 1); // => true
 * ```
 */
export function uniformFromBits<T extends TypedArrayOf["f32" | "f64"]>(bits: Uint32Array, out: T): T {
  for (let i = 0; i < out.length; i++) out[i] = (bits[i]! >>> 8) * 2 ** -24;
  return out;
}

/**
 * 1 with the given probability, else 0: identical on every backend.
 *
 * @example
 * ```ts
 * import { bernoulliFromBits, philoxBits } from "@nn/backend";
 *
 * bernoulliFromBits(philoxBits([1, 0], 0, 4), 1, new Uint8Array(4)); // => Uint8Array(4) [ 1, 1, 1, 1 ]
 * ```
 */
export function bernoulliFromBits<T extends TypedArrayOf["f32" | "f64" | "bool"]>(
  bits: Uint32Array,
  probability: number,
  out: T,
): T {
  const limit = probability * 4294967296;
  for (let i = 0; i < out.length; i++) out[i] = bits[i]! < limit ? 1 : 0;
  return out;
}

/**
 * Standard normal by Box and Muller, two words a pair. Needs an even number of words, at least as many as `out` is long.
 *
 * @example
 * ```ts
 * import { normalFromBits, philoxBits } from "@nn/backend";
 *
 * normalFromBits(philoxBits([1, 0], 0, 4), new Float32Array(4)).length; // => 4
 * ```
 */
export function normalFromBits<T extends TypedArrayOf["f32" | "f64"]>(bits: Uint32Array, out: T): T {
  for (let i = 0; i < out.length; i += 2) {
    // Shifted by half a step, so that the logarithm never sees 0.
    const radius = Math.sqrt(-2 * Math.log((bits[i]! + 0.5) * 2 ** -32));
    const angle = 2 * Math.PI * bits[i + 1]! * 2 ** -32;
    out[i] = radius * Math.cos(angle);
    if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}
