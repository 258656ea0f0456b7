// What all pools share: their arguments and their workspace.
import {
  frameHeight, frameWidth, height, images, kernelHeight, kernelWidth, places, roundUp, tapOffset, taps, width,
} from "./frame";
import { argument, setArgument, workerCount } from "./parallel";

// @ts-ignore: decorator
@inline function frameBytes(): i32 {
  return roundUp(frameHeight() * frameWidth() * 4 + 64, 64);
}
/** Two frames, or the columns of a strip (pool-3x3-grad.ts). */
// @ts-ignore: decorator
@inline function threadBytes(): i32 {
  return max(2 * frameBytes(), roundUp(height() * stripPitch, 64));
}
// @ts-ignore: decorator
@inline function tapBytes(): i32 {
  return roundUp(taps() * 4, 64);
}
// @ts-ignore: decorator
@inline function divisorBytes(): i32 {
  return roundUp(places() * 4, 64);
}
/** Bytes from row to row of the columns that one strip of windows sees. */
export const stripPitch: i32 = 48;

/** Workspace of all pools: a table of window elements, divisors, two frames for each thread. */
export function poolWorkspace(): usize {
  return tapBytes() + divisorBytes() + (workerCount() + 1) * threadBytes();
}
/** Byte offsets of the elements of a window. */
// @ts-ignore: decorator
@inline export function tapTable(): usize {
  return <usize>argument(4);
}
// @ts-ignore: decorator
@inline export function divisors(): usize {
  return tapTable() + <usize>tapBytes();
}
// @ts-ignore: decorator
@inline export function threadFrame(thread: i32): usize {
  return divisors() + <usize>divisorBytes() + <usize>(thread * threadBytes());
}
// @ts-ignore: decorator
@inline export function secondFrame(thread: i32): usize {
  return threadFrame(thread) + <usize>frameBytes();
}
// @ts-ignore: decorator
@inline export function planeAt(base: usize, plane: i32): usize {
  return base + (<usize>(plane * height() * width()) << 2);
}
// @ts-ignore: decorator
@inline export function outAt(base: usize, plane: i32): usize {
  return base + (<usize>(plane * places()) << 2);
}
// @ts-ignore: decorator
@inline export function clearFrame(frame: usize): void {
  memory.fill(frame, 0, <usize>frameBytes());
}

export function prepare(x: usize, g: usize, z: usize, workspace: usize): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>g);
  setArgument(2, <i32>z);
  setArgument(4, <i32>workspace);
  if (workspace == 0) return;
  for (let r = 0; r < kernelHeight(); r++) {
    for (let s = 0; s < kernelWidth(); s++, workspace += 4) store<i32>(workspace, tapOffset(r, s));
  }
}
/** Planes are counted as images here. */
// @ts-ignore: decorator
@inline export function isWorthIt(): bool {
  return <i64>images() * places() * taps() >= 1 << 16;
}

/** Whether v replaces the best so far: it is larger, or the first NaN. */
// @ts-ignore: decorator
@inline export function wins(v: v128, best: v128): v128 {
  return v128.andnot(v128.or(f32x4.gt(v, best), f32x4.ne(v, v)), f32x4.ne(best, best));
}
