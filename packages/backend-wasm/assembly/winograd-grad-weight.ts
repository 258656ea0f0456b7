// Gradient of a 3 × 3 weight with stride 1 by Winograd's transforms: that of y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ x B)] A is
//   dw = Gᵀ [ Σ over tiles (A g Aᵀ) ⊙ (Bᵀ x B) ] G,
// and the sums over tiles are 36 products (filters × tiles) · (tiles × channels).
//
// Tiles go in blocks of some hundred; threads first transform four channels (of x, of g) each, one lane a channel, so
// that panels of the micro-kernel come out, then take columns of the 36 products. The sums S are kept whole.
import { channels, filters, height, images, left, outHeight, outWidth, roundUp, top, width } from "./frame";
import { argument, parallelFor, setArgument, workerCount } from "./parallel";
import { multiplyTiles } from "./tile";
import {
  tilesAcross, tilesDown, timesA, timesA2, timesA3, timesB, timesB2, timesB3, timesG, timesGA, timesGB, transformInput,
} from "./winograd";

// @ts-ignore: decorator
@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
// @ts-ignore: decorator
@inline function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }

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

// Workspace, in the order: V [36][channels / 8][tiles][8], W [36][filters / 4][tiles][4], S [36][filters][channels],
// then for each thread a small buffer and six rows of four channels.

const smallBytes: i32 = 1024;
// @ts-ignore: decorator
@inline function vPlane(): usize { return <usize>(paddedChannels() * blockTiles()) << 2; }
// @ts-ignore: decorator
@inline function wPlane(): usize { return <usize>(paddedFilters() * blockTiles()) << 2; }
// @ts-ignore: decorator
@inline function sPlane(): usize { return <usize>(paddedFilters() * paddedChannels()) << 2; }
// @ts-ignore: decorator
@inline function threadBytes(): i32 { return smallBytes + rowColumns() * 6 * 16; }
export function winogradGradWeightWorkspace(): usize {
  return 36 * (vPlane() + wPlane() + sPlane()) + <usize>((workerCount() + 1) * threadBytes());
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
  const small = threadBase(thread);
  const rows = small + smallBytes;
  const pitch = <usize>rowColumns() << 4;
  const plane = <usize>(height() * width()) << 2;
  const channel = min(four << 2, channels() - 1);
  const panel = <usize>argument(3) + (<usize>((four >> 1) * blockTiles()) << 5) + (<usize>(four & 1) << 4);
  const step = vPlane();
  for (let r = 0; r < argument(8); r++) {
    const row = argument(7) + r;
    const image = row / tilesDown();
    const first = (row - image * tilesDown()) * 4 - top();
    const source = <usize>argument(0) + <usize>(image * channels() + channel) * plane;
    for (let i = 0; i < 6; i++) {
      const target = rows + <usize>i * pitch;
      const y = first + i;
      if (<u32>y >= <u32>height()) memory.fill(target, 0, pitch);
      else interleaveRow(source + (<usize>(y * width()) << 2), plane, channels() - channel, width(), left(), target);
    }
    for (let tile = 0; tile < tilesAcross(); tile++) {
      let s = rows + (<usize>tile << 6);
      for (let i: usize = 0; i < 6; i++, s += pitch) {
        transformInput(
          v128.load(s), v128.load(s, 16), v128.load(s, 32), v128.load(s, 48), v128.load(s, 64), v128.load(s, 80),
          small + i * 96, 16,
        );
      }
      const z = panel + (<usize>(r * tilesAcross() + tile) << 5);
      for (let j: usize = 0; j < 6; j++) {
        const p = small + (j << 4);
        transformInput(
          v128.load(p), v128.load(p, 96), v128.load(p, 192), v128.load(p, 288), v128.load(p, 384), v128.load(p, 480),
          z + j * step, 6 * step,
        );
      }
    }
  }
}

/** A (a, b, c, d), stored at six places. */
// @ts-ignore: decorator
@inline function spreadOutput(a: v128, b: v128, c: v128, d: v128, target: usize, pitch: usize): void {
  const p = add(a, timesA2(c)), q = add(timesA(b), timesA3(d));
  const v = add(a, timesB2(c)), w = add(timesB(b), timesB3(d));
  v128.store(target, a); target += pitch;
  v128.store(target, add(p, q)); target += pitch;
  v128.store(target, sub(p, q)); target += pitch;
  v128.store(target, add(v, w)); target += pitch;
  v128.store(target, sub(v, w)); target += pitch;
  v128.store(target, d);
}

function transformGradients(four: i32, thread: i32): void {
  const small = threadBase(thread);
  const rows = small + smallBytes;
  const pitch = <usize>rowColumns() << 4;
  const plane = <usize>(outHeight() * outWidth()) << 2;
  const filter = min(four << 2, filters() - 1);
  const panel = <usize>argument(4) + (<usize>(four * blockTiles()) << 4);
  const step = wPlane();
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
      let s = rows + (<usize>tile << 6);
      for (let i: usize = 0; i < 4; i++, s += pitch) {
        spreadOutput(v128.load(s), v128.load(s, 16), v128.load(s, 32), v128.load(s, 48), small + i * 96, 16);
      }
      const z = panel + (<usize>(r * tilesAcross() + tile) << 4);
      for (let j: usize = 0; j < 6; j++) {
        const p = small + (j << 4);
        spreadOutput(v128.load(p), v128.load(p, 96), v128.load(p, 192), v128.load(p, 288), z + j * step, 6 * step);
      }
    }
  }
}

/** Eights of channels of the 36 products, one product after the other. */
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

/** Gᵀ (a … f): three vectors at `target`, `pitch` apart. */
// @ts-ignore: decorator
@inline function gatherWeight(
  a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, target: usize, pitch: usize,
): void {
  const p = add(b, c), q = sub(b, c), v = add(d, e), w = sub(d, e);
  v128.store(target, add(add(timesG(a), timesGA(0, p)), timesGB(0, v)));
  v128.store(target + pitch, add(timesGA(1, q), timesGB(1, w)));
  v128.store(target + 2 * pitch, add(add(timesGA(2, p), timesGB(2, v)), f));
}

/** Filters of dw. */
function weightJob(from: i32, to: i32, thread: i32): void {
  const small = threadBase(thread);
  const plane = sPlane();
  const step = 6 * plane;
  for (let k = from; k < to; k++) {
    for (let c = 0; c < channels(); c += 4) {
      const sums = <usize>argument(5) + (<usize>(k * paddedChannels() + c) << 2);
      for (let j: usize = 0; j < 6; j++) {
        const s = sums + j * plane;
        gatherWeight(
          v128.load(s), v128.load(s + step), v128.load(s + 2 * step), v128.load(s + 3 * step), v128.load(s + 4 * step),
          v128.load(s + 5 * step), small + (j << 4), 96,
        );
      }
      const result = small + 320;
      for (let i: usize = 0; i < 3; i++) {
        const p = small + i * 96;
        gatherWeight(
          v128.load(p), v128.load(p, 16), v128.load(p, 32), v128.load(p, 48), v128.load(p, 64), v128.load(p, 80),
          result + i * 48, 16,
        );
      }
      let z = <usize>argument(2) + (<usize>((k * channels() + c) * 9) << 2);
      for (let lane = 0; lane < min(4, channels() - c); lane++) {
        for (let t = 0; t < 9; t++, z += 4) store<f32>(z, load<f32>(result + <usize>(t * 16 + lane * 4)));
      }
    }
  }
}

/** dw from x and g: 3 × 3, stride 1, one group, padding of 0 or more above and to the left. */
export function winogradGradWeight(x: usize, g: usize, dw: usize, workspace: usize): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>g);
  setArgument(2, <i32>dw);
  const w = workspace + 36 * vPlane();
  const s = w + 36 * wPlane();
  setArgument(3, <i32>workspace);
  setArgument(4, <i32>w);
  setArgument(5, <i32>s);
  setArgument(6, <i32>(s + 36 * sPlane()));
  const total = images() * tilesDown();
  const step = rowsAtOnce();
  const fours = (paddedChannels() + paddedFilters()) >> 2;
  for (let row = 0; row < total; row += step) {
    setArgument(7, row);
    setArgument(8, min(step, total - row));
    const worthIt = <i64>(argument(8) * outWidth()) * channels() * filters() >= 1 << 14;
    parallelFor(transformJob, fours, 1, worthIt);
    parallelFor(productJob, 36 * (paddedChannels() >> 3), 1, worthIt);
  }
  parallelFor(weightJob, filters(), 1, <i64>filters() * channels() >= 4096);
}
