// Gradient of the weight: dw (filters × window) = Σ over images of g (filters × places) · windowsᵀ (places × window).
// For a chunk of images, threads first copy planes into frames and pack g (by blocks of 256 places, numbered through
// the images), then split the window elements: blocks of 384, so that a packed block is 384 KB.
import { framePlanes } from "./conv2d";
import { channels, filters, groups, height, images, places, roundUp, width } from "./frame";
import { packRows } from "./pack";
import { argument, parallelFor, setArgument, workerCount } from "./parallel";
import { multiplyBlock } from "./tile";
import { fillPlaceTable, fillTapTable, imageFloats, imagesAtOnce, isPlain, packTaps, windowSize } from "./windows";

const depthBlock: i32 = 256;
const tapBlock: i32 = 384;
const rowBlock: i32 = 128;
const panelBytes: i32 = depthBlock * tapBlock * 4;
const runBytes: i32 = depthBlock * 3;

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
/** Packed gradients of a chunk. */
// @ts-ignore: decorator
@inline function gradientBytes(): i32 {
  return groups() * roundUp(groupFilters(), 4) * imagesAtOnce() * places() * 4;
}

/** Workspace, in the order: tables, frames, packed g, a panel for each thread. */
export function conv2dGradWeightWorkspace(): usize {
  const perThread = panelBytes + runBytes;
  return tapBytes() + placeBytes() + frameBytes() + gradientBytes() + (workerCount() + 1) * perThread;
}

function frameJob(from: i32, to: i32, thread: i32): void {
  framePlanes(<usize>argument(10), <usize>argument(6), from, to);
}

/** Panels of four filters: group by group, in each by blocks of depth. */
function packGradientJob(from: i32, to: i32, thread: i32): void {
  const n = places();
  const total = argument(11) * n;
  const rows = groupFilters();
  const panels = (rows + 3) >> 2;
  for (let panel = from; panel < to; panel++) {
    const group = panel / panels;
    const i = (panel - group * panels) << 2;
    const filter = group * rows + i;
    const base = <usize>argument(7) + (<usize>(group * panels * 4 * total) << 2);
    for (let p = 0; p < total;) {
      const image = p / n;
      const block = p & ~(depthBlock - 1);
      const depth = min(depthBlock, total - block);
      const run = min(min(n - (p - image * n), depthBlock - (p - block)), total - p);
      const source = <usize>argument(12) + (<usize>((image * filters() + filter) * n + p - image * n) << 2);
      const target = base + (<usize>(block * panels * 4 + i * depth + (p - block) * 4) << 2);
      packRows(source, <usize>n << 2, min(4, rows - i), run, target);
      p += run;
    }
  }
}

/** Eights [from, to) of window elements. */
function tapsJob(from: i32, to: i32, thread: i32): void {
  const total = argument(11) * places();
  const frames = isPlain() ? <usize>argument(10) : <usize>argument(6);
  const panels = <usize>argument(8) + <usize>(thread * (panelBytes + runBytes));
  const channelFloats = imageFloats() / channels();
  const rows = groupFilters();
  const padded = roundUp(rows, 4);
  const window = windowSize();
  const last = min(window, to << 3);
  const pitch = <usize>window << 2;
  const first = argument(13) != 0;
  for (let group = 0; group < groups(); group++) {
    const source = frames + (<usize>(group * (channels() / groups()) * channelFloats) << 2);
    const gradients = <usize>argument(7) + (<usize>(group * padded * total) << 2);
    for (let j = from << 3; j < last; j += tapBlock) {
      const count = min(tapBlock, last - j);
      for (let p = 0; p < total; p += depthBlock) {
        const depth = min(depthBlock, total - p);
        const runs = panels + panelBytes;
        packTaps(source, <usize>argument(4), <usize>argument(5), p, depth, total, j, count, window, runs, panels);
        const a = gradients + (<usize>(p * padded) << 2);
        for (let i = 0; i < rows; i += rowBlock) {
          const c = <usize>argument(3) + <usize>(group * rows + i) * pitch + (<usize>j << 2);
          const block = a + (<usize>(i * depth) << 2);
          multiplyBlock(!first || p > 0, min(rowBlock, rows - i), count, depth, block, panels, c, pitch, thread);
        }
      }
    }
  }
}

/** dw from x and g in the geometry of the forward call. All dense. */
export function conv2dGradWeight(x: usize, g: usize, dw: usize, workspace: usize): void {
  const tapTable = workspace;
  const placeTable = tapTable + tapBytes();
  const frames = placeTable + placeBytes();
  const gradients = frames + frameBytes();
  setArgument(3, <i32>dw);
  setArgument(4, <i32>tapTable);
  setArgument(5, <i32>placeTable);
  setArgument(6, <i32>frames);
  setArgument(7, <i32>gradients);
  setArgument(8, <i32>(gradients + gradientBytes()));
  const chunk = imagesAtOnce();
  const plane = height() * width();
  fillTapTable(tapTable);
  fillPlaceTable(chunk, placeTable);
  for (let n = 0; n < images(); n += chunk) {
    const count = min(chunk, images() - n);
    setArgument(10, <i32>(x + (<usize>(n * channels() * plane) << 2)));
    setArgument(11, count);
    setArgument(12, <i32>(g + (<usize>(n * filters() * places()) << 2)));
    setArgument(13, n == 0 ? 1 : 0);
    const worthIt = <i64>(count * places()) * windowSize() * filters() >= 1 << 18;
    if (!isPlain()) parallelFor(frameJob, count * channels(), 1, worthIt);
    parallelFor(packGradientJob, groups() * ((groupFilters() + 3) >> 2), 1, worthIt);
    parallelFor(tapsJob, (windowSize() + 7) >> 3, 1, worthIt);
  }
}
