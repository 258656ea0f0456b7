// Winograd's F(4 × 4, 3 × 3) and F(4 × 4, 5 × 5), stride 1 (Lavin and Gray, arXiv:1509.09308): tiles of 4 × 4 outputs from
// 6 × 6 or 8 × 8 inputs, y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ x B)] A. The products in the middle are 36 or 64 matrix products over
// channels, with 1/4 or 1/6.25 of the multiplications of the direct form.
//
// One lane is one tile in the transforms (four neighbours), one filter in that of the weights, which so come out as
// panels of the micro-kernel. The weights of the gradient of the input are the same ones rotated and exchanged.
import { copyBytes, storeLanes } from "./simd";
import { finishByRow } from "./finish";
import { channels, filters, height, images, left, outHeight, outWidth, roundUp, taps, top, width } from "./frame";
import { argument, parallelFor, setArgument, workerCount } from "./parallel";
import { multiplyStrided } from "./tile";
import { inputEight } from "./winograd-eight";
import { inputSix } from "./winograd-six";
import {
  outputElement, planeBytes, points, tilesAcross, tilesDown, transformInput, transformWeight, worthThreads,
} from "./winograd-transforms";

// Workspace, in the order: weights [points²][filters / 4][channels][4], then for each thread a small buffer, the rows of
// an image that a row of tiles reads, V [points²][channels][tiles] and M [points²][filters][tiles].

const smallBytes: i32 = 4096;

/** Rows of tiles at a time: V and M take some 768 KB. */
function rowsAtOnce(): i32 {
  const perTile = 4 * points() * points() * (channels() + filters());
  return max(1, max(16, min(128, 768 * 1024 / perTile)) / tilesAcross());
}
/** Tiles of a block, with room for a vector that runs over the end of a row. */
// @ts-ignore: decorator
@inline function blockTiles(): i32 { return roundUp(rowsAtOnce() * tilesAcross() + 4, 8); }
/** Floats of a padded image row: whole vectors of tiles. */
// @ts-ignore: decorator
@inline function rowFloats(): i32 { return 4 * roundUp(tilesAcross(), 4) + 8; }
// @ts-ignore: decorator
@inline function rowBytes(): usize { return <usize>roundUp(points() * rowFloats() * 4, 64); }
// @ts-ignore: decorator
@inline function weightPlane(): usize { return planeBytes(roundUp(filters(), 4) * channels()); }
// @ts-ignore: decorator
@inline function inputPlane(): usize { return planeBytes(channels() * blockTiles()); }
// @ts-ignore: decorator
@inline function productPlane(): usize { return planeBytes(roundUp(filters(), 4) * blockTiles()); }
// @ts-ignore: decorator
@inline function weightBytes(): usize { return <usize>(points() * points()) * weightPlane(); }
// @ts-ignore: decorator
@inline function threadBytes(): usize {
  return smallBytes + rowBytes() + <usize>(points() * points()) * (inputPlane() + productPlane());
}
export function winogradWorkspace(): usize {
  return weightBytes() + <usize>(workerCount() + 1) * threadBytes();
}
// @ts-ignore: decorator
@inline function threadBase(thread: i32): usize {
  return <usize>argument(5) + <usize>thread * threadBytes();
}

/** Fours of filters. Arguments 6 to 8: bytes from filter to filter, from channel to channel, from tap to tap. */
function weightJob(from: i32, to: i32, thread: i32): void {
  const size = points();
  const side = size - 3;
  const depth = channels();
  const plane = weightPlane();
  const byFilter = <usize>argument(6);
  const byChannel = <usize>argument(7);
  const byTap = <usize>argument(8);
  // The taps of a channel, one lane a filter, then their columns transformed, `size` of `side`.
  const kernel = threadBase(thread);
  const columns = kernel + 1024;
  for (let k = from << 2; k < min(filters(), to << 2); k += 4) {
    const d1: usize = k + 1 < filters() ? byFilter : 0;
    const d2: usize = k + 2 < filters() ? d1 + byFilter : d1;
    const d3: usize = k + 3 < filters() ? d2 + byFilter : d2;
    for (let c = 0; c < depth; c++) {
      let p = <usize>argument(1) + <usize>k * byFilter + <usize>c * byChannel;
      for (let t = 0; t < side * side; t++, p += byTap) {
        const lanes = f32x4(load<f32>(p), load<f32>(p + d1), load<f32>(p + d2), load<f32>(p + d3));
        v128.store(kernel + (<usize>t << 4), lanes);
      }
      const pitch = <usize>side << 4;
      for (let j = 0; j < side; j++) {
        transformWeight(size, kernel + (<usize>j << 4), pitch, columns + (<usize>j << 4), pitch);
      }
      let target = <usize>argument(4) + (<usize>(k * depth + c * 4) << 2);
      for (let i = 0; i < size; i++) {
        transformWeight(size, columns + <usize>i * pitch, 16, target, plane);
        target += <usize>size * plane;
      }
    }
  }
}

/** Rows [from, to) of tiles, numbered through the images. */
function tilesJob(from: i32, to: i32, thread: i32): void {
  const tiles = blockTiles();
  const rows = threadBase(thread) + smallBytes;
  const v = rows + rowBytes();
  const products = v + <usize>(points() * points()) * inputPlane();
  const pitch = <usize>tiles << 2;
  const step = rowsAtOnce();
  memory.fill(rows, 0, <usize>(points() * rowFloats()) << 2);
  for (let r0 = from; r0 < to; r0 += step) {
    const count = min(step, to - r0);
    for (let r = 0; r < count; r++) {
      const z = v + (<usize>(r * tilesAcross()) << 2);
      if (points() == 6) inputRowSix(r0 + r, z, thread);
      else inputRowEight(r0 + r, z, thread);
    }
    let u = <usize>argument(4), vq = v, mq = products;
    for (let q = 0; q < points() * points(); q++) {
      for (let j = 0; j < count * tilesAcross(); j += 8) {
        const at = <usize>j << 2;
        multiplyStrided((filters() + 3) >> 2, channels(), u, vq + at, pitch, mq + at, pitch);
      }
      u += weightPlane();
      vq += inputPlane();
      mq += productPlane();
    }
    for (let r = 0; r < count; r++) {
      const z = products + (<usize>(r * tilesAcross()) << 2);
      if (points() == 6) outputRowSix(r0 + r, z, thread);
      else outputRowEight(r0 + r, z, thread);
    }
  }
}

/** Transforms a row of tiles of all channels. `size`: points, a constant. */
// @ts-ignore: decorator
@inline function inputRow(size: i32, row: i32, v: usize, thread: i32): void {
  const small = threadBase(thread);
  const rows = small + smallBytes;
  const plane = inputPlane();
  const image = row / tilesDown();
  const first = (row - image * tilesDown()) * 4 - top();
  const w = width();
  const rowPitch = <usize>rowFloats() << 2;
  const inside = <usize>min(w, rowFloats() - left()) << 2;
  const across = tilesAcross();
  const pitch = <usize>blockTiles() << 2;
  const smallPitch = <usize>size << 4;
  for (let c = 0; c < channels(); c++, v += pitch) {
    let target = rows + (<usize>left() << 2);
    for (let y = first; y < first + size; y++, target += rowPitch) {
      if (<u32>y >= <u32>height()) memory.fill(target, 0, inside);
      else {
        const source = <usize>argument(0) + (<usize>(((image * channels() + c) * height() + y) * w) << 2);
        copyBytes(target, source, inside);
      }
    }
    for (let tile = 0; tile < across; tile += 4) {
      let s = rows + (<usize>tile << 4);
      let t = small;
      for (let i = 0; i < size; i++, s += rowPitch, t += smallPitch) transformRow(size, s, t);
      let z = v + (<usize>tile << 2);
      for (let j = 0; j < size; j++, z += plane) {
        transformInput(size, small + (<usize>j << 4), smallPitch, z, <usize>size * plane);
      }
    }
  }
}

/** Bᵀ of a row of inputs of four tiles side by side. */
// @ts-ignore: decorator
@inline function transformRow(size: i32, s: usize, target: usize): void {
  const v0 = v128.load(s), v1 = v128.load(s, 16), v2 = v128.load(s, 32), v3 = v128.load(s, 48), v4 = v128.load(s, 64);
  const a0 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5), a1 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
  const a2 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7), a3 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
  const d0 = v128.shuffle<f64>(a0, a1, 0, 2), d1 = v128.shuffle<f64>(a0, a1, 1, 3);
  const d2 = v128.shuffle<f64>(a2, a3, 0, 2), d3 = v128.shuffle<f64>(a2, a3, 1, 3);
  // The last columns of a tile are the first of the next.
  const d4 = v128.shuffle<f32>(d0, v4, 1, 2, 3, 4), d5 = v128.shuffle<f32>(d1, v4, 1, 2, 3, 5);
  if (size == 6) inputSix(d0, d1, d2, d3, d4, d5, target, 16);
  else {
    const d6 = v128.shuffle<f32>(d2, v4, 1, 2, 3, 6), d7 = v128.shuffle<f32>(d3, v4, 1, 2, 3, 7);
    inputEight(d0, d1, d2, d3, d4, d5, d6, d7, target, 16);
  }
}

function inputRowSix(row: i32, v: usize, thread: i32): void { inputRow(6, row, v, thread); }
function inputRowEight(row: i32, v: usize, thread: i32): void { inputRow(8, row, v, thread); }

/** Transforms a row of tiles of all filters back, and finishes the four rows of the output. */
// @ts-ignore: decorator
@inline function outputRow(size: i32, row: i32, products: usize, thread: i32): void {
  const small = threadBase(thread);
  const plane = productPlane();
  const pitch = <usize>blockTiles() << 2;
  const smallPitch = <usize>size << 4;
  const image = row / tilesDown();
  const y = (row - image * tilesDown()) * 4;
  const rows = min(4, outHeight() - y);
  const columns = outWidth();
  const bias = <usize>argument(2);
  for (let k = 0; k < filters(); k++, products += pitch) {
    const target = <usize>argument(3) + (<usize>(((image * filters() + k) * outHeight() + y) * columns) << 2);
    for (let tile = 0; tile < tilesAcross(); tile += 4) {
      let s = products + (<usize>tile << 2);
      for (let j = 0; j < size; j++, s += plane) {
        const t = small + (<usize>j << 4), from = <usize>size * plane;
        const o0 = outputElement(0, size, s, from), o1 = outputElement(1, size, s, from);
        const o2 = outputElement(2, size, s, from), o3 = outputElement(3, size, s, from);
        v128.store(t, o0); v128.store(t + smallPitch, o1);
        v128.store(t + 2 * smallPitch, o2); v128.store(t + 3 * smallPitch, o3);
      }
      const n = columns - tile * 4;
      for (let i = 0; i < rows; i++) {
        const t = small + <usize>i * smallPitch, z = target + (<usize>(i * columns + tile * 4) << 2);
        const o0 = outputElement(0, size, t, 16), o1 = outputElement(1, size, t, 16);
        const o2 = outputElement(2, size, t, 16), o3 = outputElement(3, size, t, 16);
        const a0 = v128.shuffle<f32>(o0, o1, 0, 4, 1, 5), a1 = v128.shuffle<f32>(o2, o3, 0, 4, 1, 5);
        const a2 = v128.shuffle<f32>(o0, o1, 2, 6, 3, 7), a3 = v128.shuffle<f32>(o2, o3, 2, 6, 3, 7);
        storeLanes(z, v128.shuffle<f64>(a0, a1, 0, 2), n);
        if (n > 4) storeLanes(z + 16, v128.shuffle<f64>(a0, a1, 1, 3), n - 4);
        if (n > 8) storeLanes(z + 32, v128.shuffle<f64>(a2, a3, 0, 2), n - 8);
        if (n > 12) storeLanes(z + 48, v128.shuffle<f64>(a2, a3, 1, 3), n - 12);
      }
    }
    finishByRow(argument(9), bias == 0 ? 0 : bias + (<usize>k << 2), target, 0, 1, rows * columns);
  }
}

function outputRowSix(row: i32, products: usize, thread: i32): void { outputRow(6, row, products, thread); }
function outputRowEight(row: i32, products: usize, thread: i32): void { outputRow(8, row, products, thread); }

/**
 * y = activation(x ⋆ weight + bias), 3 × 3 or 5 × 5, stride 1, one group, padding of 0 or more above and to the left.
 * Rotated: the weight is that of a forward convolution from y's channels to x's, and y is its gradient of the input.
 */
export function winograd(
  x: usize, weight: usize, bias: usize, y: usize, activation: i32, rotated: i32, workspace: usize,
): void {
  const kernelBytes = taps() << 2;
  setArgument(0, <i32>x);
  setArgument(1, <i32>weight + (rotated ? kernelBytes - 4 : 0));
  setArgument(2, <i32>bias);
  setArgument(3, <i32>y);
  setArgument(4, <i32>workspace);
  setArgument(5, <i32>(workspace + weightBytes()));
  setArgument(6, rotated ? kernelBytes : channels() * kernelBytes);
  setArgument(7, rotated ? filters() * kernelBytes : kernelBytes);
  setArgument(8, rotated ? -4 : 4);
  setArgument(9, activation);
  const worthIt = worthThreads(images() * tilesDown() * tilesAcross());
  parallelFor(weightJob, (filters() + 3) >> 2, 4, worthIt);
  parallelFor(tilesJob, images() * tilesDown(), 1, worthIt);
}
