// Gradient of the input. With stride 1 it is a convolution of g with the rotated weight, filters and channels swapped:
// `rotateWeight` prepares that. Otherwise: gradient of the windows (window × places) = weightᵀ · g in blocks of 64
// places, each added to the places of the frame that its windows cover while it is in the cache. Threads take images.
import {
  channels, filters, frameHeight, frameWidth, groups, height, images, places, roundUp, taps, unframePlane, width,
} from "./frame";
import { packColumns, packRowsAcross } from "./pack";
import { argument, parallelFor, setArgument, workerCount } from "./parallel";
import { laneMask } from "./simd";
import { multiplyBlock } from "./tile";
import { fillPlaceTable, fillTapTable, runOfFour, windowSize } from "./windows";

const depthBlock: i32 = 256;
const placeBlock: i32 = 64;
const rowBlock: i32 = 128;

// @ts-ignore: decorator
@inline function groupFilters(): i32 {
  return filters() / groups();
}
// @ts-ignore: decorator
@inline function frameBytes(): i32 {
  return roundUp(channels() * frameHeight() * frameWidth() * 4 + 64, 64);
}
/** A packed block of g, the block of the windows' gradients, the frame of an image. */
// @ts-ignore: decorator
@inline function threadBytes(): i32 {
  return (depthBlock + windowSize()) * placeBlock * 4 + frameBytes();
}
// @ts-ignore: decorator
@inline function tapBytes(): i32 {
  return roundUp(windowSize() * 4, 64);
}
// @ts-ignore: decorator
@inline function placeBytes(): i32 {
  return roundUp(places() * 4, 64);
}
// @ts-ignore: decorator
@inline function weightBytes(): i32 {
  return roundUp(groups() * groupFilters() * roundUp(windowSize(), 4) * 4, 64);
}

/** Workspace, in the order: tables, packed weights, the rest for each thread. */
export function conv2dGradInputWorkspace(): usize {
  return tapBytes() + placeBytes() + weightBytes() + (workerCount() + 1) * threadBytes();
}

/**
 * The weight (filters, channels of a group, …) of a forward convolution to (channels, filters of a group, …), each
 * kernel rotated by half a turn. The geometry is that of the rotated convolution: its filters are the forward channels.
 */
export function rotateWeight(weight: usize, target: usize): void {
  const inner = groupFilters();
  const outer = channels() / groups();
  const size = taps();
  for (let f = 0; f < channels(); f++) {
    const group = f / outer;
    for (let c = 0; c < inner; c++) {
      let source = weight + (<usize>((f * inner + c) * size) << 2);
      let z = target + (<usize>(((group * inner + c) * outer + f - group * outer) * size + size - 1) << 2);
      for (let i = 0; i < size; i++, source += 4, z -= 4) store<f32>(z, load<f32>(source));
    }
  }
}

function imagesJob(from: i32, to: i32, thread: i32): void {
  const base = <usize>argument(8) + <usize>(thread * threadBytes());
  const panels = base;
  const block = panels + <usize>(depthBlock * placeBlock * 4);
  const frames = block + <usize>(windowSize() * placeBlock * 4);
  const plane = height() * width();
  const frame = frameHeight() * frameWidth();
  const n = places();
  const rows = groupFilters();
  const inner = channels() / groups();
  for (let image = from; image < to; image++) {
    memory.fill(frames, 0, <usize>(channels() * frame) << 2);
    for (let group = 0; group < groups(); group++) {
      const g = <usize>argument(1) + (<usize>((image * filters() + group * rows) * n) << 2);
      const weights = <usize>argument(7) + (<usize>(group * rows * roundUp(windowSize(), 4)) << 2);
      const target = frames + (<usize>(group * inner * frame) << 2);
      for (let p = 0; p < n; p += placeBlock) {
        const count = min(placeBlock, n - p);
        multiplyWindows(g, weights, p, count, panels, block, thread);
        addWindows(block, target, p, count);
      }
    }
    for (let c = 0; c < channels(); c++) {
      const dx = <usize>argument(3) + (<usize>((image * channels() + c) * plane) << 2);
      unframePlane(frames + (<usize>(c * frame) << 2), dx);
    }
  }
}

/** The gradients of the windows at `count` places, 64 floats a row. */
function multiplyWindows(
  g: usize, weights: usize, p: i32, count: i32, panels: usize, block: usize, thread: i32,
): void {
  const pitch = <usize>places() << 2;
  const depth = groupFilters();
  const window = windowSize();
  const padded = roundUp(window, 4);
  for (let k = 0; k < depth; k += depthBlock) {
    const kc = min(depthBlock, depth - k);
    packColumns(g + <usize>k * pitch + (<usize>p << 2), pitch, count, kc, panels);
    const a = weights + (<usize>(k * padded) << 2);
    for (let i = 0; i < window; i += rowBlock) {
      const rows = min(rowBlock, window - i);
      const c = block + <usize>(i * placeBlock * 4);
      multiplyBlock(k > 0, rows, roundUp(count, 8), kc, a + (<usize>(i * kc) << 2), panels, c, placeBlock * 4, thread);
    }
  }
}

/** Adds a block to the frame, runs of up to four places at a time. */
function addWindows(block: usize, frame: usize, p0: i32, count: i32): void {
  const tapTable = <usize>argument(4);
  const placeTable = <usize>argument(5);
  const window = windowSize();
  const end = p0 + count;
  for (let p = p0; p < end;) {
    const run = runOfFour(placeTable, p, end);
    const mask = laneMask(run);
    const base = frame + <usize>load<i32>(placeTable + (<usize>p << 2));
    let c = block + (<usize>(p - p0) << 2);
    for (let w = 0; w < window; w++, c += placeBlock * 4) {
      const z = base + <usize>load<i32>(tapTable + (<usize>w << 2));
      v128.store(z, f32x4.add(v128.load(z), v128.and(v128.load(c), mask)));
    }
    p += run;
  }
}

/** dx from g and the weight in the geometry of the forward call. All dense. */
export function conv2dGradInput(g: usize, weight: usize, dx: usize, workspace: usize): void {
  const tapTable = workspace;
  const placeTable = tapTable + tapBytes();
  const weights = placeTable + placeBytes();
  setArgument(1, <i32>g);
  setArgument(3, <i32>dx);
  setArgument(4, <i32>tapTable);
  setArgument(5, <i32>placeTable);
  setArgument(7, <i32>weights);
  setArgument(8, <i32>(weights + weightBytes()));
  fillTapTable(tapTable);
  fillPlaceTable(1, placeTable);
  const depth = groupFilters();
  const window = windowSize();
  const padded = roundUp(window, 4);
  const pitch = <usize>window << 2;
  for (let group = 0; group < groups(); group++) {
    const source = weight + <usize>(group * depth) * pitch;
    const target = weights + (<usize>(group * depth * padded) << 2);
    for (let k = 0; k < depth; k += depthBlock) {
      const at = target + (<usize>(k * padded) << 2);
      packRowsAcross(source + <usize>k * pitch, pitch, window, min(depthBlock, depth - k), at);
    }
  }
  parallelFor(imagesJob, images(), 1, <i64>(images() * places()) * window * filters() >= 1 << 18);
}
