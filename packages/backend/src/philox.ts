import type { TypedArrayOf } from "./dtype.js";

/*
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 * Counter-based: block i of a stream is a function of (key, i) alone, so any backend can make any part of it.
 */
const m0 = 0xd2511f53;
const m1 = 0xcd9e8d57;
const w0 = 0x9e3779b9;
const w1 = 0xbb67ae85;

/** High 32 bits of an unsigned 32 × 32 product, by 16-bit halves, as a signed number: in int32 all along, which is fast. */
function mulHigh(aHigh: number, aLow: number, b: number): number {
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // Neither sum passes 2³²: (2¹⁶ − 1)² + 2¹⁶ − 1 is less.
  const mid1 = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const mid2 = (Math.imul(aLow, bHigh) + (mid1 & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (mid1 >>> 16) + (mid2 >>> 16)) | 0;
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
    const h0 = mulHigh(m0 >>> 16, m0 & 0xffff, c0);
    const h1 = mulHigh(m1 >>> 16, m1 & 0xffff, c2);
    const l0 = Math.imul(m0, c0);
    const l1 = Math.imul(m1, c2);
    c0 = h1 ^ c1 ^ k0;
    c1 = l1;
    c2 = h0 ^ c3 ^ k1;
    c3 = l0;
    k0 = (k0 + w0) | 0;
    k1 = (k1 + w1) | 0;
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
  const limit = Math.ceil(probability * 4294967296);
  if (limit > 4294967295) return out.fill(1) as T;
  const b = limit | 0;
  for (let i = 0; i < out.length; i++) {
    const a = bits[i]! | 0;
    // The borrow of a - b, unsigned: whether a < b, without a branch that is guessed wrong half of the time.
    out[i] = ((~a & b) | ((~a | b) & (a - b))) >>> 31;
  }
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
