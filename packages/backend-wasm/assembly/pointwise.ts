// conv2d with a kernel of 1 × 1 that skips and pads nothing, for images that fill their panels of eight places: for each
// image y (filters × places) = weight · x (channels × places). Rows of x are contiguous, so tiles read eight places of
// them where they lie; only the weights are packed.
import { finishByRow } from "./finish";
import { channels, filters, groups, images, places, roundUp } from "./frame";
import { packRows } from "./pack";
import { argument, parallelFor, setArgument } from "./parallel";
import { multiplyStrided, multiplyStridedEdge, storeEdge } from "./tile";

/** Places that are finished at a time, while they are in the cache. */
const placeBlock: i32 = 256;

// @ts-ignore: decorator
@inline function groupFilters(): i32 { return filters() / groups(); }
// @ts-ignore: decorator
@inline function groupChannels(): i32 { return channels() / groups(); }

/** Packed weights, group by group. */
export function pointwiseWorkspace(): usize {
  return <usize>(groups() * roundUp(groupFilters(), 4) * groupChannels()) << 2;
}

/** Panels [from, to) of eight places, numbered through the images. */
function panelsJob(from: i32, to: i32, thread: i32): void {
  const n = places();
  const panels = (n + 7) >> 3;
  while (from < to) {
    const image = from / panels;
    const first = from - image * panels;
    const run = min(min(to - from, panels - first), placeBlock >> 3);
    const p = first << 3;
    for (let group = 0; group < groups(); group++) multiplyPlaces(image, group, p, min(n - p, run << 3), thread);
    from += run;
  }
}

/** The filters of a group at the places [p, p + count) of an image. */
function multiplyPlaces(image: i32, group: i32, p: i32, count: i32, thread: i32): void {
  const n = places();
  const rows = groupFilters();
  const depth = groupChannels();
  const pitch = <usize>n << 2;
  const first = group * rows;
  const weights = <usize>argument(4) + (<usize>(group * roundUp(rows, 4) * depth) << 2);
  const x = <usize>argument(0) + (<usize>((image * channels() + group * depth) * n + p) << 2);
  const y = <usize>argument(3) + (<usize>((image * filters() + first) * n + p) << 2);
  for (let j = 0; j < count; j += 8) {
    const b = x + (<usize>j << 2), c = y + (<usize>j << 2);
    let i = 0;
    if (count - j >= 8) {
      multiplyStrided(rows >> 2, depth, weights, b, pitch, c, pitch);
      i = rows & ~3;
    }
    for (; i < rows; i += 4) {
      const tile = multiplyStridedEdge(depth, weights + (<usize>(i * depth) << 2), b, pitch, thread);
      storeEdge(tile, false, c + <usize>i * pitch, pitch, min(4, rows - i), min(8, count - j));
    }
  }
  const bias = <usize>argument(2);
  finishByRow(argument(9), bias == 0 ? 0 : bias + (<usize>first << 2), y, pitch, rows, count);
}

/** y = activation(x ⋆ weight + bias); bias 0: none. All dense. */
export function pointwise(
  x: usize, weight: usize, bias: usize, y: usize, activation: i32, workspace: usize,
): void {
  setArgument(0, <i32>x);
  setArgument(2, <i32>bias);
  setArgument(3, <i32>y);
  setArgument(4, <i32>workspace);
  setArgument(9, activation);
  const rows = groupFilters();
  const depth = groupChannels();
  const floats = roundUp(rows, 4) * depth;
  for (let group = 0; group < groups(); group++) {
    const source = weight + (<usize>(group * rows * depth) << 2);
    packRows(source, <usize>depth << 2, rows, depth, workspace + (<usize>(group * floats) << 2));
  }
  const total = images() * ((places() + 7) >> 3);
  parallelFor(panelsJob, total, 1, <i64>(images() * places()) * depth * filters() >= 1 << 18);
}
