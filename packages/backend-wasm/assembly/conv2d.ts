// conv2d as a product of matrices: y (filters × places) = weight (filters × window) · windows (window × places).
// Weights are packed once. For a chunk of images, threads first copy planes into frames, then split the places: each
// packs blocks of 256 places by 256 window elements (256 KB) from the frames and multiplies them with all filters, 128
// at a time. Bias and activation follow when the last block of depth is added.
import { finishByRow } from "./finish";
import {
  channels, filters, frameHeight, framePlane, frameWidth, groups, height, images, places, roundUp, width,
} from "./frame";
import { packRows } from "./pack";
import { argument, parallelFor, setArgument, workerCount } from "./parallel";
import { multiplyEdge, multiplyTiles, storeEdge } from "./tile";
import { fillPlaceTable, fillTapTable, imageFloats, imagesAtOnce, isPlain, packPlaces, windowSize } from "./windows";

const depthBlock: i32 = 256;
const placeBlock: i32 = 256;
const rowBlock: i32 = 128;
const panelBytes: i32 = depthBlock * placeBlock * 4;

// @ts-ignore: decorator
@inline function groupFilters(): i32 {
  return filters() / groups();
}
// @ts-ignore: decorator
@inline function frameBytes(): i32 {
  return isPlain() ? 0 : roundUp(imagesAtOnce() * imageFloats() * 4 + 64, 64);
}
// @ts-ignore: decorator
@inline function tapBytes(): i32 {
  return roundUp(windowSize() * 4, 64);
}
// @ts-ignore: decorator
@inline function placeBytes(): i32 {
  return roundUp(imagesAtOnce() * places() * 4, 64);
}
// @ts-ignore: decorator
@inline function weightBytes(): i32 {
  return roundUp(groups() * roundUp(groupFilters(), 4) * windowSize() * 4, 64);
}

/** Workspace of `conv2d`, in the order: tables, frames, packed weights, a panel for each thread. */
export function conv2dWorkspace(): usize {
  return tapBytes() + placeBytes() + frameBytes() + weightBytes() + (workerCount() + 1) * panelBytes;
}

/** One group of the weights each. */
function packWeightsJob(from: i32, to: i32, thread: i32): void {
  const rows = groupFilters();
  const depth = windowSize();
  const pitch = <usize>depth << 2;
  const padded = roundUp(rows, 4);
  for (let group = from; group < to; group++) {
    const source = <usize>argument(1) + <usize>(group * rows) * pitch;
    const target = <usize>argument(7) + <usize>(group * padded) * pitch;
    for (let k = 0; k < depth; k += depthBlock) {
      packRows(source + (<usize>k << 2), pitch, rows, min(depthBlock, depth - k), target + (<usize>(k * padded) << 2));
    }
  }
}

/** Planes of the chunk into their frames. */
export function framePlanes(source: usize, frames: usize, from: i32, to: i32): void {
  const plane = height() * width();
  const frame = frameHeight() * frameWidth();
  for (let p = from; p < to; p++) framePlane(source + (<usize>(p * plane) << 2), frames + (<usize>(p * frame) << 2), 0);
}
function frameJob(from: i32, to: i32, thread: i32): void {
  framePlanes(<usize>argument(10), <usize>argument(6), from, to);
}

/** Panels [from, to) of eight places of the chunk. */
function placesJob(from: i32, to: i32, thread: i32): void {
  const end = argument(11) * places();
  const last = min(end, to << 3);
  const frames = isPlain() ? <usize>argument(10) : <usize>argument(6);
  const panels = <usize>argument(8) + <usize>(thread * panelBytes);
  const channelFloats = imageFloats() / channels();
  const rows = groupFilters();
  const depth = windowSize();
  const padded = roundUp(rows, 4);
  for (let group = 0; group < groups(); group++) {
    const source = frames + (<usize>(group * (channels() / groups()) * channelFloats) << 2);
    const weights = <usize>argument(7) + (<usize>(group * padded * depth) << 2);
    for (let p = from << 3; p < last; p += placeBlock) {
      const count = min(placeBlock, last - p);
      for (let k = 0; k < depth; k += depthBlock) {
        const kc = min(depthBlock, depth - k);
        packPlaces(source, <usize>argument(4), <usize>argument(5), p, count, end, k, kc, panels);
        const a = weights + (<usize>(k * padded) << 2);
        for (let i = 0; i < rows; i += rowBlock) {
          const block = a + (<usize>(i * kc) << 2);
          multiplyPlaces(k > 0, block, panels, group * rows + i, min(rowBlock, rows - i), kc, p, count, end, thread);
        }
      }
      finishPlaces(group * rows, rows, p, count);
    }
  }
}

/** Where the result of a filter at a place of the chunk is. */
// @ts-ignore: decorator
@inline function resultAt(filter: i32, place: i32): usize {
  const n = places();
  const image = place / n;
  return <usize>argument(12) + (<usize>((image * filters() + filter) * n + place - image * n) << 2);
}

/** A block of rows times a block of places. Tiles that end with the chunk or cross images go by the edge tile. */
function multiplyPlaces(
  add: bool, a: usize, panels: usize, filter: i32, rows: i32, depth: i32, p0: i32, count: i32, end: i32, thread: i32,
): void {
  const n = places();
  const pitch = <usize>n << 2;
  for (let j = 0; j < count; j += 8) {
    const p = p0 + j;
    const b = panels + (<usize>(j * depth) << 2);
    const whole = p + 8 <= end && p % n + 8 <= n;
    const c = resultAt(filter, p);
    let i = 0;
    if (whole) {
      multiplyTiles(add, rows >> 2, depth, a, b, c, pitch);
      i = rows & ~3;
    }
    for (; i < rows; i += 4) {
      const tile = multiplyEdge(depth, a + (<usize>(i * depth) << 2), b, thread);
      const high = min(4, rows - i);
      if (whole) storeEdge(tile, add, c + <usize>i * pitch, pitch, high, 8);
      else storeApart(tile, add, filter + i, high, p, min(8, end - p));
    }
  }
}

/** Stores the columns of a tile one by one. */
function storeApart(tile: usize, add: bool, filter: i32, rows: i32, p: i32, columns: i32): void {
  const pitch = <usize>places() << 2;
  for (let j = 0; j < columns; j++) {
    let source = tile + (<usize>j << 2);
    let c = resultAt(filter, p + j);
    for (let i = 0; i < rows; i++, source += 32, c += pitch) {
      store<f32>(c, add ? load<f32>(c) + load<f32>(source) : load<f32>(source));
    }
  }
}

/** Bias and activation of a block of places, image by image. */
function finishPlaces(filter: i32, rows: i32, p: i32, count: i32): void {
  const n = places();
  const bias = <usize>argument(2);
  const end = p + count;
  while (p < end) {
    const run = min(end - p, n - p % n);
    const b = bias == 0 ? 0 : bias + (<usize>filter << 2);
    finishByRow(argument(9), b, resultAt(filter, p), <usize>n << 2, rows, run);
    p += run;
  }
}

/** y = activation(x ⋆ weight + bias) in the geometry that the host has written; bias 0: none. All dense. */
export function conv2d(x: usize, weight: usize, bias: usize, y: usize, activation: i32, workspace: usize): void {
  const tapTable = workspace;
  const placeTable = tapTable + tapBytes();
  const frames = placeTable + placeBytes();
  const weights = frames + frameBytes();
  setArgument(1, <i32>weight);
  setArgument(2, <i32>bias);
  setArgument(4, <i32>tapTable);
  setArgument(5, <i32>placeTable);
  setArgument(6, <i32>frames);
  setArgument(7, <i32>weights);
  setArgument(8, <i32>(weights + weightBytes()));
  setArgument(9, activation);
  const chunk = imagesAtOnce();
  const plane = height() * width();
  fillTapTable(tapTable);
  fillPlaceTable(chunk, placeTable);
  parallelFor(packWeightsJob, groups(), 1, false);
  for (let n = 0; n < images(); n += chunk) {
    const count = min(chunk, images() - n);
    setArgument(10, <i32>(x + (<usize>(n * channels() * plane) << 2)));
    setArgument(11, count);
    setArgument(12, <i32>(y + (<usize>(n * filters() * places()) << 2)));
    const total = count * places();
    const worthIt = <i64>total * windowSize() * filters() >= 1 << 18;
    if (!isPlain()) parallelFor(frameJob, count * channels(), 1, worthIt);
    parallelFor(placesJob, (total + 7) >> 3, 1, worthIt);
  }
}
