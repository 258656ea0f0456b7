// Winograd's F(4 × 4, 3 × 3) for 3 × 3 kernels with stride 1 (Lavin and Gray, arXiv:1509.09308): tiles of 4 × 4 outputs
// from 6 × 6 inputs, y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ x B)] A. The products in the middle are 36 matrix products over channels,
// with a quarter of the multiplications of the direct form. The matrices are those of the interpolation points 0, ±3/4,
// ±3/2 and infinity: with the usual ±1 and ±2 the rounding errors are three to four times larger.
//
// One lane is one tile in the transforms (four neighbours), one filter in that of the weights, which so come out as
// panels of the micro-kernel. The weights of the gradient of the input are the same ones rotated and exchanged.
import { copyBytes, storeLanes } from "./simd";
import { finishByRow } from "./finish";
import { channels, filters, height, images, left, outHeight, outWidth, roundUp, top, width } from "./frame";
import { argument, parallelFor, setArgument, workerCount } from "./parallel";
import { multiplyStrided } from "./tile";

// @ts-ignore: decorator
@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
// @ts-ignore: decorator
@inline function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
// The points a = 3/4 and b = 3/2 with their powers; factors of G. In memory: see math.ts.
const table: usize = memory.data<f32>([
  0.75, 1.5, 0.5625, 2.25, 0.421875, 3.375, 1.265625, 2.8125,
  0.7901234567901234, -0.5267489711934157, 0.13168724279835392, -0.3950617283950617, 0.19753086419753085,
  -0.2962962962962963, 0.2962962962962963,
]);
// @ts-ignore: decorator
@inline function constant(i: i32): v128 { return v128.load32_splat(table + (<usize>i << 2)); }
/** x times: a, b, a², b², a³, b³, a² b², a² + b². */
// @ts-ignore: decorator
@inline export function timesA(x: v128): v128 { return f32x4.mul(x, constant(0)); }
// @ts-ignore: decorator
@inline export function timesB(x: v128): v128 { return f32x4.mul(x, constant(1)); }
// @ts-ignore: decorator
@inline export function timesA2(x: v128): v128 { return f32x4.mul(x, constant(2)); }
// @ts-ignore: decorator
@inline export function timesB2(x: v128): v128 { return f32x4.mul(x, constant(3)); }
// @ts-ignore: decorator
@inline export function timesA3(x: v128): v128 { return f32x4.mul(x, constant(4)); }
// @ts-ignore: decorator
@inline export function timesB3(x: v128): v128 { return f32x4.mul(x, constant(5)); }
// @ts-ignore: decorator
@inline function timesA2B2(x: v128): v128 { return f32x4.mul(x, constant(6)); }
// @ts-ignore: decorator
@inline function timesSum(x: v128): v128 { return f32x4.mul(x, constant(7)); }
/** x times an element of G: of its first row, and by power of the point (0 to 2) those of ±a and ±b. */
// @ts-ignore: decorator
@inline export function timesG(x: v128): v128 { return f32x4.mul(x, constant(8)); }
// @ts-ignore: decorator
@inline export function timesGA(power: i32, x: v128): v128 {
  return f32x4.mul(x, constant(power == 0 ? 9 : power == 1 ? 11 : 13));
}
// @ts-ignore: decorator
@inline export function timesGB(power: i32, x: v128): v128 {
  return f32x4.mul(x, constant(power == 0 ? 10 : power == 1 ? 12 : 14));
}

/** Tiles in a column and in a row of the output. */
// @ts-ignore: decorator
@inline export function tilesDown(): i32 { return (outHeight() + 3) >> 2; }
// @ts-ignore: decorator
@inline export function tilesAcross(): i32 { return (outWidth() + 3) >> 2; }

/** Bᵀ (a … f), stored at six places `pitch` bytes apart. */
// @ts-ignore: decorator
@inline export function transformInput(
  a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, target: usize, pitch: usize,
): void {
  const s = sub(e, timesB2(c)), t = timesA(sub(d, timesB2(b)));
  const v = sub(e, timesA2(c)), w = timesB(sub(d, timesA2(b)));
  v128.store(target, add(sub(timesA2B2(a), timesSum(c)), e)); target += pitch;
  v128.store(target, add(s, t)); target += pitch;
  v128.store(target, sub(s, t)); target += pitch;
  v128.store(target, add(v, w)); target += pitch;
  v128.store(target, sub(v, w)); target += pitch;
  v128.store(target, add(sub(timesA2B2(b), timesSum(d)), f));
}

/** G (a, b, c), stored at six places. */
// @ts-ignore: decorator
@inline function transformWeight(a: v128, b: v128, c: v128, target: usize, pitch: usize): void {
  const s = add(timesGA(0, a), timesGA(2, c)), m = timesGA(1, b);
  const e = add(timesGB(0, a), timesGB(2, c)), f = timesGB(1, b);
  v128.store(target, timesG(a)); target += pitch;
  v128.store(target, add(s, m)); target += pitch;
  v128.store(target, sub(s, m)); target += pitch;
  v128.store(target, add(e, f)); target += pitch;
  v128.store(target, sub(e, f)); target += pitch;
  v128.store(target, c);
}

// Workspace, in the order: weights [36][filters / 4][channels][4], then for each thread a small buffer, six rows of an
// image, V [36][channels][tiles] and M [36][filters][tiles].

const smallBytes: i32 = 4096;

/** Rows of tiles at a time: V and M take some 768 KB. */
function rowsAtOnce(): i32 {
  const tiles = max(16, min(128, 768 * 1024 / (144 * (channels() + filters()))));
  return max(1, tiles / tilesAcross());
}
/** Tiles of a block, with room for a vector that runs over the end of a row. */
// @ts-ignore: decorator
@inline function blockTiles(): i32 { return roundUp(rowsAtOnce() * tilesAcross() + 4, 8); }
/** Floats of a padded image row: whole vectors of tiles. */
// @ts-ignore: decorator
@inline function rowFloats(): i32 { return 4 * roundUp(tilesAcross(), 4) + 8; }
// @ts-ignore: decorator
@inline function weightBytes(): i32 { return 36 * roundUp(filters(), 4) * channels() * 4; }
// @ts-ignore: decorator
@inline function threadBytes(): i32 {
  return smallBytes + roundUp(6 * rowFloats() * 4, 64) + 36 * (channels() + roundUp(filters(), 4)) * blockTiles() * 4;
}
export function winogradWorkspace(): usize {
  return weightBytes() + (workerCount() + 1) * threadBytes();
}

/** Fours of filters. Arguments 6 to 8: bytes from filter to filter, from channel to channel, from tap to tap. */
function weightJob(from: i32, to: i32, thread: i32): void {
  const depth = channels();
  const plane = <usize>(roundUp(filters(), 4) * depth) << 2;
  const byFilter = <usize>argument(6);
  const byChannel = <usize>argument(7);
  const byTap = <usize>argument(8);
  const small = threadBase(thread);
  for (let k = from << 2; k < min(filters(), to << 2); k += 4) {
    const d1: usize = k + 1 < filters() ? byFilter : 0;
    const d2: usize = k + 2 < filters() ? d1 + byFilter : d1;
    const d3: usize = k + 3 < filters() ? d2 + byFilter : d2;
    for (let c = 0; c < depth; c++) {
      const source = <usize>argument(1) + <usize>k * byFilter + <usize>c * byChannel;
      for (let j = 0; j < 3; j++) {
        const p = source + <usize>j * byTap, q = p + 3 * byTap, r = q + 3 * byTap;
        const a = f32x4(load<f32>(p), load<f32>(p + d1), load<f32>(p + d2), load<f32>(p + d3));
        const b = f32x4(load<f32>(q), load<f32>(q + d1), load<f32>(q + d2), load<f32>(q + d3));
        const d = f32x4(load<f32>(r), load<f32>(r + d1), load<f32>(r + d2), load<f32>(r + d3));
        transformWeight(a, b, d, small + (<usize>j << 4), 48);
      }
      let target = <usize>argument(4) + (<usize>(k * depth + c * 4) << 2);
      for (let i = 0; i < 6; i++) {
        const row = small + <usize>(i * 48);
        transformWeight(v128.load(row), v128.load(row, 16), v128.load(row, 32), target, plane);
        target += 6 * plane;
      }
    }
  }
}

// @ts-ignore: decorator
@inline function threadBase(thread: i32): usize {
  return <usize>argument(5) + <usize>(thread * threadBytes());
}

/** Rows [from, to) of tiles, numbered through the images. */
function tilesJob(from: i32, to: i32, thread: i32): void {
  const tiles = blockTiles();
  const small = threadBase(thread);
  const rows = small + smallBytes;
  const v = rows + <usize>roundUp(6 * rowFloats() * 4, 64);
  const vPlane = <usize>(channels() * tiles) << 2;
  const product = v + 36 * vPlane;
  const padded = roundUp(filters(), 4);
  const mPlane = <usize>(padded * tiles) << 2;
  const uPlane = <usize>(padded * channels()) << 2;
  const pitch = <usize>tiles << 2;
  const step = rowsAtOnce();
  memory.fill(rows, 0, <usize>(6 * rowFloats()) << 2);
  for (let r0 = from; r0 < to; r0 += step) {
    const count = min(step, to - r0);
    for (let r = 0; r < count; r++) inputRow(r0 + r, v + (<usize>(r * tilesAcross()) << 2), vPlane, rows, small);
    const used = count * tilesAcross();
    for (let q = 0; q < 36; q++) {
      const u = <usize>argument(4) + <usize>q * uPlane, vq = v + <usize>q * vPlane, mq = product + <usize>q * mPlane;
      for (let j = 0; j < used; j += 8) {
        const at = <usize>j << 2;
        multiplyStrided(padded >> 2, channels(), u, vq + at, pitch, mq + at, pitch);
      }
    }
    for (let r = 0; r < count; r++) {
      outputRow(r0 + r, product + (<usize>(r * tilesAcross()) << 2), mPlane, pitch, small);
    }
  }
}

/** Transforms a row of tiles of all channels. */
function inputRow(row: i32, v: usize, plane: usize, rows: usize, small: usize): void {
  const image = row / tilesDown();
  const first = (row - image * tilesDown()) * 4 - top();
  const w = width();
  const rowPitch = <usize>rowFloats() << 2;
  const inside = <usize>min(w, rowFloats() - left()) << 2;
  const across = tilesAcross();
  const pitch = <usize>blockTiles() << 2;
  for (let c = 0; c < channels(); c++, v += pitch) {
    let target = rows + (<usize>left() << 2);
    for (let y = first; y < first + 6; y++, target += rowPitch) {
      if (<u32>y >= <u32>height()) memory.fill(target, 0, inside);
      else {
        const source = <usize>argument(0) + (<usize>(((image * channels() + c) * height() + y) * w) << 2);
        copyBytes(target, source, inside);
      }
    }
    for (let tile = 0; tile < across; tile += 4) {
      let s = rows + (<usize>tile << 4);
      let t = small;
      for (let i = 0; i < 6; i++, s += rowPitch, t += 96) {
        const v0 = v128.load(s), v1 = v128.load(s, 16), v2 = v128.load(s, 32), v3 = v128.load(s, 48);
        const v4 = v128.load(s, 64);
        const a0 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5), a1 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
        const a2 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7), a3 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
        const d0 = v128.shuffle<f64>(a0, a1, 0, 2), d1 = v128.shuffle<f64>(a0, a1, 1, 3);
        const d2 = v128.shuffle<f64>(a2, a3, 0, 2), d3 = v128.shuffle<f64>(a2, a3, 1, 3);
        // The last two columns of a tile are the first two of the next.
        const d4 = v128.shuffle<f32>(d0, v4, 1, 2, 3, 4), d5 = v128.shuffle<f32>(d1, v4, 1, 2, 3, 5);
        transformInput(d0, d1, d2, d3, d4, d5, t, 16);
      }
      const z = v + (<usize>tile << 2);
      for (let j: usize = 0; j < 6; j++) {
        const p = small + (j << 4);
        transformInput(
          v128.load(p), v128.load(p, 96), v128.load(p, 192), v128.load(p, 288), v128.load(p, 384), v128.load(p, 480),
          z + j * plane, 6 * plane,
        );
      }
    }
  }
}

/** Aᵀ of six vectors, stored at four places. */
// @ts-ignore: decorator
@inline function transformOutput(
  a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, target: usize, pitch: usize,
): void {
  const p = add(b, c), q = sub(b, c), v = add(d, e), w = sub(d, e);
  v128.store(target, add(add(a, p), v)); target += pitch;
  v128.store(target, add(timesA(q), timesB(w))); target += pitch;
  v128.store(target, add(timesA2(p), timesB2(v))); target += pitch;
  v128.store(target, add(add(timesA3(q), timesB3(w)), f));
}

/** Transforms a row of tiles of all filters back, and finishes the four rows of the output. */
function outputRow(row: i32, product: usize, plane: usize, pitch: usize, small: usize): void {
  const image = row / tilesDown();
  const y = (row - image * tilesDown()) * 4;
  const rows = min(4, outHeight() - y);
  const columns = outWidth();
  const across = tilesAcross();
  const bias = <usize>argument(2);
  for (let k = 0; k < filters(); k++, product += pitch) {
    const target = <usize>argument(3) + (<usize>(((image * filters() + k) * outHeight() + y) * columns) << 2);
    for (let tile = 0; tile < across; tile += 4) {
      for (let j: usize = 0; j < 6; j++) {
        const s = product + (<usize>tile << 2) + j * plane;
        const step = 6 * plane;
        transformOutput(
          v128.load(s), v128.load(s + step), v128.load(s + 2 * step), v128.load(s + 3 * step), v128.load(s + 4 * step),
          v128.load(s + 5 * step), small + (j << 4), 96,
        );
      }
      for (let i = 0; i < rows; i++) {
        const t = small + <usize>(i * 96), z = target + (<usize>(i * columns + tile * 4) << 2);
        const a = v128.load(t), f = v128.load(t, 80);
        const p = add(v128.load(t, 16), v128.load(t, 32)), q = sub(v128.load(t, 16), v128.load(t, 32));
        const v = add(v128.load(t, 48), v128.load(t, 64)), w = sub(v128.load(t, 48), v128.load(t, 64));
        const o0 = add(add(a, p), v), o1 = add(timesA(q), timesB(w));
        const o2 = add(timesA2(p), timesB2(v)), o3 = add(add(timesA3(q), timesB3(w)), f);
        const a0 = v128.shuffle<f32>(o0, o1, 0, 4, 1, 5), a1 = v128.shuffle<f32>(o2, o3, 0, 4, 1, 5);
        const a2 = v128.shuffle<f32>(o0, o1, 2, 6, 3, 7), a3 = v128.shuffle<f32>(o2, o3, 2, 6, 3, 7);
        const n = columns - tile * 4;
        storeLanes(z, v128.shuffle<f64>(a0, a1, 0, 2), n);
        if (n > 4) storeLanes(z + 16, v128.shuffle<f64>(a0, a1, 1, 3), n - 4);
        if (n > 8) storeLanes(z + 32, v128.shuffle<f64>(a2, a3, 0, 2), n - 8);
        if (n > 12) storeLanes(z + 48, v128.shuffle<f64>(a2, a3, 1, 3), n - 12);
      }
    }
    finishByRow(argument(9), bias == 0 ? 0 : bias + (<usize>k << 2), target, 0, 1, rows * columns);
  }
}

/**
 * y = activation(x ⋆ weight + bias), 3 × 3, stride 1, one group, padding of 0 or more above and to the left. Rotated:
 * the weight is that of a forward convolution from y's channels to x's, and y is its gradient of the input.
 */
export function winograd(
  x: usize, weight: usize, bias: usize, y: usize, activation: i32, rotated: i32, workspace: usize,
): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>(rotated ? weight + 32 : weight));
  setArgument(2, <i32>bias);
  setArgument(3, <i32>y);
  setArgument(4, <i32>workspace);
  setArgument(5, <i32>workspace + weightBytes());
  setArgument(6, rotated ? 36 : channels() * 36);
  setArgument(7, rotated ? filters() * 36 : 36);
  setArgument(8, rotated ? -4 : 4);
  setArgument(9, activation);
  const worthIt = <i64>(images() * outHeight() * outWidth()) * channels() * filters() >= 1 << 16;
  parallelFor(weightJob, (filters() + 3) >> 2, 4, worthIt);
  parallelFor(tilesJob, images() * tilesDown(), 1, worthIt);
}
