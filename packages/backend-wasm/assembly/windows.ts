// What the convolutions as matrix products share: where window elements and output places lie in the frames of several
// images, and the packing of panels from there (no matrix of windows is ever made).
// Places are numbered through the images of a chunk, so that small images do not waste panels.
import {
  channels, dilationHeight, dilationWidth, frameHeight, frameWidth, groups, height, images, kernelHeight, kernelWidth,
  left, outHeight, outWidth, placePitch, places, strideHeight, strideWidth, tapOffset, taps, top, width,
} from "./frame";
import { storeTransposed } from "./pack";
import { laneMask } from "./simd";

/** Frames of a chunk of images are kept to this many floats, so that they are still in a cache when they are used. */
const chunkFloats: i32 = 1 << 18;
const chunkPlaces: i32 = 1 << 15;

/** A 1 × 1 convolution that skips nothing: the image is its own frame. */
export function isPlain(): bool {
  return taps() == 1 && strideHeight() == 1 && strideWidth() == 1 && top() == 0 && left() == 0 &&
    outHeight() == height() && outWidth() == width();
}
/** Floats of the frame of an image, all channels. */
export function imageFloats(): i32 {
  return channels() * (isPlain() ? height() * width() : frameHeight() * frameWidth());
}
export function imagesAtOnce(): i32 {
  const most = min(chunkFloats / imageFloats(), chunkPlaces / places());
  return min(images(), max(1, most));
}
/** Window elements of a group: the depth of the product. */
// @ts-ignore: decorator
@inline export function windowSize(): i32 {
  return channels() / groups() * taps();
}

/** Byte offsets of the window elements of a group: channel, row, column. */
export function fillTapTable(table: usize): void {
  const plane = frameHeight() * frameWidth() << 2;
  for (let c = 0; c < channels() / groups(); c++) {
    for (let r = 0; r < kernelHeight(); r++) {
      for (let s = 0; s < kernelWidth(); s++, table += 4) store<i32>(table, c * plane + tapOffset(r, s));
    }
  }
}
/** Byte offsets of the output places of `count` images, and of one more, so that runs can be told. */
export function fillPlaceTable(count: i32, table: usize): void {
  const image = imageFloats() << 2;
  const pitch = <i32>placePitch();
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < outHeight(); y++) {
      for (let x = 0; x < outWidth(); x++, table += 4) store<i32>(table, n * image + y * pitch + (x << 2));
    }
  }
}

// @ts-ignore: decorator
@inline function at(table: usize, i: i32): usize {
  return <usize>load<i32>(table + (<usize>i << 2));
}
/** How many of the four places from p on lie side by side: 1 to 4. */
// @ts-ignore: decorator
@inline export function runOfFour(table: usize, p: i32, end: i32): i32 {
  const first = at(table, p);
  let run = 1;
  while (run < 4 && p + run < end && at(table, p + run) == first + (<usize>run << 2)) run++;
  return run;
}

/**
 * Panels of 8 places [p0, p0 + count), of `end` in all, by the window elements [k0, k0 + depth). A run of four places
 * that a row's end breaks is two loads and a choice of lanes.
 */
export function packPlaces(
  frames: usize, tapTable: usize, placeTable: usize, p0: i32, count: i32, end: i32, k0: i32, depth: i32, target: usize,
): void {
  const taps0 = tapTable + (<usize>k0 << 2);
  const tapsEnd = taps0 + (<usize>depth << 2);
  const oneBreak = outWidth() >= 4;
  for (let j = 0; j < count; j += 8) {
    const p = p0 + j;
    const q = min(p + 4, end - 1);
    const a = frames + at(placeTable, p);
    const b = frames + at(placeTable, q);
    const runA = runOfFour(placeTable, p, end);
    const runB = runOfFour(placeTable, q, end);
    if (runA == 4 && runB == 4) {
      for (let t = taps0; t < tapsEnd; t += 4, target += 32) {
        const offset = <usize>load<i32>(t);
        v128.store(target, v128.load(a + offset));
        v128.store(target, v128.load(b + offset), 16);
      }
    } else if (oneBreak) {
      // The second sources are shifted so that lane i is still at 4 i.
      const nextA = min(p + runA, end - 1), nextB = min(q + runB, end - 1);
      const c = frames + at(placeTable, nextA) - (<usize>(nextA - p) << 2);
      const d = frames + at(placeTable, nextB) - (<usize>(nextB - q) << 2);
      const maskA = laneMask(runA), maskB = laneMask(runB);
      for (let t = taps0; t < tapsEnd; t += 4, target += 32) {
        const offset = <usize>load<i32>(t);
        v128.store(target, v128.bitselect(v128.load(a + offset), v128.load(c + offset), maskA));
        v128.store(target, v128.bitselect(v128.load(b + offset), v128.load(d + offset), maskB), 16);
      }
    } else {
      for (let t = taps0; t < tapsEnd; t += 4) {
        const source = frames + <usize>load<i32>(t);
        for (let i = 0; i < 8; i++, target += 4) {
          store<f32>(target, load<f32>(source + at(placeTable, min(p + i, end - 1))));
        }
      }
    }
  }
}

/**
 * The panels of the transposed matrix: 8 window elements [j0, j0 + count) by the places [p0, p0 + depth). Window
 * elements are the outer loop, places the inner one: the other way touches a line of the cache for each element.
 * `runs`: room for 12 bytes for each four places.
 */
export function packTaps(
  frames: usize, tapTable: usize, placeTable: usize, p0: i32, depth: i32, end: i32, j0: i32, count: i32, window: i32,
  runs: usize, target: usize,
): void {
  const fours = depth >> 2;
  const oneBreak = outWidth() >= 4;
  let entry = runs;
  for (let i = 0; i < fours; i++, entry += 12) {
    const p = p0 + (i << 2);
    const run = runOfFour(placeTable, p, end);
    const next = min(p + run, end - 1);
    store<i32>(entry, <i32>at(placeTable, p));
    store<i32>(entry, <i32>at(placeTable, next) - ((next - p) << 2), 4);
    store<i32>(entry, run == 4 || oneBreak ? run : 0, 8);
  }
  for (let j = 0; j < count; j += 4) {
    const q = j0 + j;
    const last = window - 1;
    const z0 = frames + at(tapTable, min(q, last)), z1 = frames + at(tapTable, min(q + 1, last));
    const z2 = frames + at(tapTable, min(q + 2, last)), z3 = frames + at(tapTable, min(q + 3, last));
    let out = target + <usize>((j >> 3) * depth * 32 + (j & 4) * 4);
    entry = runs;
    let p = p0;
    for (let i = 0; i < fours; i++, entry += 12, p += 4, out += 128) {
      const a = <usize>load<i32>(entry);
      const run = load<i32>(entry, 8);
      let r0 = v128.load(z0 + a), r1 = v128.load(z1 + a), r2 = v128.load(z2 + a), r3 = v128.load(z3 + a);
      if (run == 0) {
        for (let l = 0; l < 4; l++) gatherTaps(z0, z1, z2, z3, at(placeTable, p + l), out + (<usize>l << 5));
        continue;
      }
      if (run != 4) {
        const mask = laneMask(run), b = <usize>load<i32>(entry, 4);
        r0 = v128.bitselect(r0, v128.load(z0 + b), mask); r1 = v128.bitselect(r1, v128.load(z1 + b), mask);
        r2 = v128.bitselect(r2, v128.load(z2 + b), mask); r3 = v128.bitselect(r3, v128.load(z3 + b), mask);
      }
      storeTransposed(r0, r1, r2, r3, out, 32);
    }
    for (; p < p0 + depth; p++, out += 32) gatherTaps(z0, z1, z2, z3, at(placeTable, p), out);
  }
}
// @ts-ignore: decorator
@inline function gatherTaps(z0: usize, z1: usize, z2: usize, z3: usize, offset: usize, target: usize): void {
  store<f32>(target, load<f32>(z0 + offset));
  store<f32>(target, load<f32>(z1 + offset), 4);
  store<f32>(target, load<f32>(z2 + offset), 8);
  store<f32>(target, load<f32>(z3 + offset), 12);
}
