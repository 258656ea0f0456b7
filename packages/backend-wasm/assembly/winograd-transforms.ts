// What Winograd's convolutions share: tiles of 4 × 4 outputs from 6 × 6 inputs (3 × 3 kernels) or 8 × 8 inputs (5 × 5),
// and the transforms of either size. They read `from` bytes apart and store `to` bytes apart.
import { channels, filters, kernelHeight, outHeight, outWidth } from "./frame";
import { gatherEight, inputEight, outputEight, spreadEight, weightEight } from "./winograd-eight";
import { gatherSix, inputSix, outputSix, spreadSix, weightSix } from "./winograd-six";

/** Points of a tile in one direction: 6 or 8. */
// @ts-ignore: decorator
@inline export function points(): i32 { return kernelHeight() + 3; }
/** Tiles in a column and in a row of the output. */
// @ts-ignore: decorator
@inline export function tilesDown(): i32 { return (outHeight() + 3) >> 2; }
// @ts-ignore: decorator
@inline export function tilesAcross(): i32 { return (outWidth() + 3) >> 2; }
/** Bytes of a plane: one of the points², `floats` large. A line more keeps equal places out of one set of the cache. */
// @ts-ignore: decorator
@inline export function planeBytes(floats: i32): usize { return (<usize>floats << 2) + 64; }
/** Whether a product with so many tiles is worth threads. */
// @ts-ignore: decorator
@inline export function worthThreads(tiles: i32): bool { return <i64>tiles * channels() * filters() >= 1 << 12; }

/** The i-th vector. */
// @ts-ignore: decorator
@inline function at(source: usize, from: usize, i: usize): v128 { return v128.load(source + i * from); }

/** Bᵀ of a column of inputs. */
// @ts-ignore: decorator
@inline export function transformInput(size: i32, s: usize, from: usize, target: usize, to: usize): void {
  const a = at(s, from, 0), b = at(s, from, 1), c = at(s, from, 2), d = at(s, from, 3);
  const e = at(s, from, 4), f = at(s, from, 5);
  if (size == 6) inputSix(a, b, c, d, e, f, target, to);
  else inputEight(a, b, c, d, e, f, at(s, from, 6), at(s, from, 7), target, to);
}
/** G of a column of a kernel. */
// @ts-ignore: decorator
@inline export function transformWeight(size: i32, s: usize, from: usize, target: usize, to: usize): void {
  const a = at(s, from, 0), b = at(s, from, 1), c = at(s, from, 2);
  if (size == 6) weightSix(a, b, c, target, to);
  else weightEight(a, b, c, at(s, from, 3), at(s, from, 4), target, to);
}
/** Element i, a constant, of Aᵀ of a column of products. */
// @ts-ignore: decorator
@inline export function outputElement(i: i32, size: i32, s: usize, from: usize): v128 {
  const a = at(s, from, 0), b = at(s, from, 1), c = at(s, from, 2), d = at(s, from, 3);
  const e = at(s, from, 4), f = at(s, from, 5);
  if (size == 6) return outputSix(i, a, b, c, d, e, f);
  return outputEight(i, a, b, c, d, e, f, at(s, from, 6), at(s, from, 7));
}
/** A of a column of gradients of outputs. */
// @ts-ignore: decorator
@inline export function spreadOutput(size: i32, s: usize, from: usize, target: usize, to: usize): void {
  const a = at(s, from, 0), b = at(s, from, 1), c = at(s, from, 2), d = at(s, from, 3);
  if (size == 6) spreadSix(a, b, c, d, target, to);
  else spreadEight(a, b, c, d, target, to);
}
/** Gᵀ of a column of sums. */
// @ts-ignore: decorator
@inline export function gatherWeight(size: i32, s: usize, from: usize, target: usize, to: usize): void {
  const a = at(s, from, 0), b = at(s, from, 1), c = at(s, from, 2), d = at(s, from, 3);
  const e = at(s, from, 4), f = at(s, from, 5);
  if (size == 6) gatherSix(a, b, c, d, e, f, target, to);
  else gatherEight(a, b, c, d, e, f, at(s, from, 6), at(s, from, 7), target, to);
}
