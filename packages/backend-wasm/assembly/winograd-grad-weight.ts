// Gradient of a 3 × 3 or 5 × 5 weight with stride 1 by Winograd's transforms: that of
//   y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ x B)] A is dw = Gᵀ [ Σ over tiles (A g Aᵀ) ⊙ (Bᵀ x B) ] G,
// and the sums over tiles are 36 or 64 products (filters × tiles) · (tiles × channels).
//
// Tiles go in blocks of some hundred; threads first transform four channels (of x, of g) each, one lane a channel, so
// that panels of the micro-kernel come out, then take columns of the products. The sums S are kept whole.
import { channels, filters, height, images, left, outHeight, outWidth, roundUp, taps, top, width } from "./frame";
import { argument, parallelFor, setArgument, workerCount } from "./parallel";
import { multiplyTiles } from "./tile";
import {
  gatherWeight, planeBytes, points, spreadOutput, tilesAcross, tilesDown, transformInput, worthThreads,
} from "./winograd-transforms";

/** Rows of tiles in a block. */
// @ts-ignore: decorator
@inline function rowsAtOnce(): i32 { return max(1, 112 / tilesAcross()); }
// @ts-ignore: decorator
@inline function blockTiles(): i32 { return rowsAtOnce() * tilesAcross(); }
// @ts-ignore: decorator
@inline function paddedChannels(): i32 { return roundUp(channels(), 8); }
// @ts-ignore: decorator
@inline function paddedFilters(): i32 { return roundUp(filters(), 4); }
/** Columns of a row of tiles, with those that the last tile reads beyond. */
// @ts-ignore: decorator
@inline function rowColumns(): i32 { return 4 * tilesAcross() + 4; }

// Workspace, in the order: V [points²][channels / 8][tiles][8], W [points²][filters / 4][tiles][4], S [points²][filters]
// [channels], then for each thread a small buffer and a row of tiles of four channels.

const smallBytes: i32 = 2048;
// @ts-ignore: decorator
@inline function vPlane(): usize { return planeBytes(paddedChannels() * blockTiles()); }
// @ts-ignore: decorator
@inline function wPlane(): usize { return planeBytes(paddedFilters() * blockTiles()); }
// @ts-ignore: decorator
@inline function sPlane(): usize { return planeBytes(paddedFilters() * paddedChannels()); }
// @ts-ignore: decorator
@inline function planes(): usize { return <usize>(points() * points()); }
// @ts-ignore: decorator
@inline function threadBytes(): i32 { return smallBytes + rowColumns() * points() * 16; }
export function winogradGradWeightWorkspace(): usize {
  return planes() * (vPlane() + wPlane() + sPlane()) + <usize>((workerCount() + 1) * threadBytes());
}
// @ts-ignore: decorator
@inline function threadBase(thread: i32): usize {
  return <usize>argument(6) + <usize>(thread * threadBytes());
}

/** `count` columns of four planes, interleaved; those before and behind are 0. */
function interleaveRow(source: usize, plane: usize, planes: i32, count: i32, before: i32, target: usize): void {
  const columns = rowColumns();
  const p1: usize = planes > 1 ? plane : 0;
  const p2: usize = planes > 2 ? 2 * plane : p1;
  const p3: usize = planes > 3 ? 3 * plane : p2;
  memory.fill(target, 0, <usize>before << 4);
  let z = target + (<usize>before << 4);
  const inside = max(0, min(count, columns - before));
  for (let x = 0; x < inside; x += 4) {
    const r0 = v128.load(source), r1 = v128.load(source + p1), r2 = v128.load(source + p2), r3 = v128.load(source + p3);
    const a0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), a1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const a2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), a3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(z, v128.shuffle<f64>(a0, a1, 0, 2));
    if (x + 1 < inside) v128.store(z, v128.shuffle<f64>(a0, a1, 1, 3), 16);
    if (x + 2 < inside) v128.store(z, v128.shuffle<f64>(a2, a3, 0, 2), 32);
    if (x + 3 < inside) v128.store(z, v128.shuffle<f64>(a2, a3, 1, 3), 48);
    source += 16;
    z += 64;
  }
  const filled = before + inside;
  if (filled < columns) memory.fill(target + (<usize>filled << 4), 0, <usize>(columns - filled) << 4);
}

/** Fours of channels of x, then fours of channels of g. */
function transformJob(from: i32, to: i32, thread: i32): void {
  const inputs = paddedChannels() >> 2;
  for (let four = from; four < to; four++) {
    if (four < inputs) transformImages(four, thread);
    else transformGradients(four - inputs, thread);
  }
}

function transformImages(four: i32, thread: i32): void {
  const size = points();
  const small = threadBase(thread);
  const smallPitch = <usize>size << 4;
  const rows = small + smallBytes;
  const pitch = <usize>rowColumns() << 4;
  const plane = <usize>(height() * width()) << 2;
  const channel = min(four << 2, channels() - 1);
  const panel = <usize>argument(3) + (<usize>((four >> 1) * blockTiles()) << 5) + (<usize>(four & 1) << 4);
  for (let r = 0; r < argument(8); r++) {
    const row = argument(7) + r;
    const image = row / tilesDown();
    const first = (row - image * tilesDown()) * 4 - top();
    const source = <usize>argument(0) + <usize>(image * channels() + channel) * plane;
    for (let i = 0; i < size; i++) {
      const target = rows + <usize>i * pitch;
      const y = first + i;
      if (<u32>y >= <u32>height()) memory.fill(target, 0, pitch);
      else interleaveRow(source + (<usize>(y * width()) << 2), plane, channels() - channel, width(), left(), target);
    }
    for (let tile = 0; tile < tilesAcross(); tile++) {
      let s = rows + (<usize>tile << 6), t = small;
      for (let i = 0; i < size; i++, s += pitch, t += smallPitch) transformInput(size, s, 16, t, 16);
      let z = panel + (<usize>(r * tilesAcross() + tile) << 5);
      for (let j = 0; j < size; j++, z += vPlane()) {
        transformInput(size, small + (<usize>j << 4), smallPitch, z, <usize>size * vPlane());
      }
    }
  }
}

function transformGradients(four: i32, thread: i32): void {
  const size = points();
  const small = threadBase(thread);
  const smallPitch = <usize>size << 4;
  const rows = small + smallBytes;
  const pitch = <usize>rowColumns() << 4;
  const plane = <usize>(outHeight() * outWidth()) << 2;
  const filter = min(four << 2, filters() - 1);
  const panel = <usize>argument(4) + (<usize>(four * blockTiles()) << 4);
  for (let r = 0; r < argument(8); r++) {
    const row = argument(7) + r;
    const image = row / tilesDown();
    const first = (row - image * tilesDown()) * 4;
    const source = <usize>argument(1) + <usize>(image * filters() + filter) * plane;
    for (let i = 0; i < 4; i++) {
      const target = rows + <usize>i * pitch;
      const y = first + i;
      if (y >= outHeight()) memory.fill(target, 0, pitch);
      else interleaveRow(source + (<usize>(y * outWidth()) << 2), plane, filters() - filter, outWidth(), 0, target);
    }
    for (let tile = 0; tile < tilesAcross(); tile++) {
      let s = rows + (<usize>tile << 6), t = small;
      for (let i = 0; i < 4; i++, s += pitch, t += smallPitch) spreadOutput(size, s, 16, t, 16);
      let z = panel + (<usize>(r * tilesAcross() + tile) << 4);
      for (let j = 0; j < size; j++, z += wPlane()) {
        spreadOutput(size, small + (<usize>j << 4), smallPitch, z, <usize>size * wPlane());
      }
    }
  }
}

/** Eights of channels of the products, one product after the other. */
function productJob(from: i32, to: i32, thread: i32): void {
  const panels = paddedChannels() >> 3;
  const tiles = argument(8) * tilesAcross();
  const rest = blockTiles() - tiles;
  const pitch = <usize>paddedChannels() << 2;
  const adds = argument(7) > 0;
  for (let unit = from; unit < to; unit++) {
    const q = unit / panels;
    const panel = unit - q * panels;
    const v = <usize>argument(3) + <usize>q * vPlane() + (<usize>(panel * blockTiles()) << 5);
    const w = <usize>argument(4) + <usize>q * wPlane();
    const s = <usize>argument(5) + <usize>q * sPlane() + (<usize>panel << 5);
    if (rest == 0) multiplyTiles(adds, paddedFilters() >> 2, tiles, w, v, s, pitch);
    else {
      // The last block is shorter than its panels are apart.
      for (let k = 0; k < paddedFilters(); k += 4) {
        multiplyTiles(adds, 1, tiles, w + (<usize>(k * blockTiles()) << 2), v, s + <usize>k * pitch, pitch);
      }
    }
  }
}

/** Filters of dw. */
function weightJob(from: i32, to: i32, thread: i32): void {
  const size = points();
  const side = size - 3;
  // Sums of a column of points become a column of taps, of `size`; then their rows.
  const columns = threadBase(thread);
  const pitch = <usize>size << 4;
  const kernel = columns + 1024;
  for (let k = from; k < to; k++) {
    for (let c = 0; c < channels(); c += 4) {
      let s = <usize>argument(5) + (<usize>(k * paddedChannels() + c) << 2);
      for (let j = 0; j < size; j++, s += sPlane()) {
        gatherWeight(size, s, <usize>size * sPlane(), columns + (<usize>j << 4), pitch);
      }
      for (let i = 0; i < side; i++) {
        gatherWeight(size, columns + <usize>i * pitch, 16, kernel + (<usize>(i * side) << 4), 16);
      }
      let z = <usize>argument(2) + (<usize>((k * channels() + c) * taps()) << 2);
      for (let lane = 0; lane < min(4, channels() - c); lane++) {
        for (let t = 0; t < taps(); t++, z += 4) store<f32>(z, load<f32>(kernel + <usize>(t * 16 + lane * 4)));
      }
    }
  }
}

/** dw from x and g: 3 × 3 or 5 × 5, stride 1, one group, padding of 0 or more above and to the left. */
export function winogradGradWeight(x: usize, g: usize, dw: usize, workspace: usize): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>g);
  setArgument(2, <i32>dw);
  const w = workspace + planes() * vPlane();
  const s = w + planes() * wPlane();
  setArgument(3, <i32>workspace);
  setArgument(4, <i32>w);
  setArgument(5, <i32>s);
  setArgument(6, <i32>(s + planes() * sPlane()));
  const total = images() * tilesDown();
  const step = rowsAtOnce();
  const fours = (paddedChannels() + paddedFilters()) >> 2;
  for (let row = 0; row < total; row += step) {
    setArgument(7, row);
    setArgument(8, min(step, total - row));
    const worthIt = worthThreads(argument(8) * tilesAcross());
    parallelFor(transformJob, fours, 1, worthIt);
    parallelFor(productJob, <i32>planes() * (paddedChannels() >> 3), 1, worthIt);
  }
  parallelFor(weightJob, filters(), 1, <i64>filters() * channels() >= 4096);
}
