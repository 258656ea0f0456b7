// Max pooling over any windows: they go over the frame of a plane (frame.ts), four places at a time. The largest element
// is found again for the gradient: that costs less than keeping its place.
import {
  dilationHeight, dilationWidth, framePlane, height, kernelHeight, kernelWidth, left, outHeight, outWidth, placePitch,
  strideHeight, strideWidth, taps, top, unframePlane, width,
} from "./frame";
import { argument } from "./parallel";
import { clearFrame, outAt, planeAt, secondFrame, tapTable, threadFrame, wins } from "./pool-setup";
import { mayHaveNaN } from "./pool-strips";
import { laneMask, splat, storeLanes } from "./simd";

export function maxJob(from: i32, to: i32, thread: i32): void {
  for (let plane = from; plane < to; plane++) maxPlane(plane, thread);
}
export function maxPlane(plane: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const table = tapTable();
  const end = table + (<usize>taps() << 2);
  const columns = outWidth();
  const image = planeAt(<usize>argument(0), plane);
  // The short way overlooks NaN.
  const isPlain = !mayHaveNaN(image);
  framePlane(image, frame, -Infinity);
  let row = frame;
  let z = outAt(<usize>argument(2), plane);
  for (let y = 0; y < outHeight(); y++, row += placePitch()) {
    for (let x = 0; x < columns; x += 4) {
      const source = row + (<usize>x << 2);
      let best = v128.load(source + <usize>load<i32>(table));
      if (isPlain) {
        for (let t = table + 4; t < end; t += 4) best = f32x4.pmax(best, v128.load(source + <usize>load<i32>(t)));
      } else {
        for (let t = table + 4; t < end; t += 4) {
          const v = v128.load(source + <usize>load<i32>(t));
          best = v128.bitselect(v, best, wins(v, best));
        }
      }
      storeLanes(z + (<usize>x << 2), best, columns - x);
    }
    z += <usize>columns << 2;
  }
}

const winners: usize = memory.data(64 * 16, 16);

export function maxGradJob(from: i32, to: i32, thread: i32): void {
  for (let plane = from; plane < to; plane++) maxGradPlane(plane, thread);
}
export function maxGradPlane(plane: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const gradient = secondFrame(thread);
  const table = tapTable();
  const count = taps();
  const columns = outWidth();
  const lanes = winners + (<usize>thread << 4);
  const image = planeAt(<usize>argument(0), plane);
  const isPlain = !mayHaveNaN(image);
  framePlane(image, frame, -Infinity);
  clearFrame(gradient);
  let row = frame;
  let g = outAt(<usize>argument(1), plane);
  for (let y = 0; y < outHeight(); y++, row += placePitch()) {
    for (let x = 0; x < columns; x += 4) {
      const source = row + (<usize>x << 2);
      let offset = i32x4.splat(load<i32>(table));
      let best = v128.load(source + <usize>load<i32>(table));
      for (let t = 1; t < count; t++) {
        const next = load<i32>(table + (<usize>t << 2));
        const v = v128.load(source + <usize>next);
        const won = isPlain ? f32x4.gt(v, best) : wins(v, best);
        best = v128.bitselect(v, best, won);
        offset = v128.bitselect(i32x4.splat(next), offset, won);
      }
      v128.store(lanes, offset);
      const n = columns - x;
      const empty = i32x4.bitmask(v128.and(f32x4.eq(best, splat(-Infinity)), laneMask(n)));
      for (let i = 0; i < 4 && empty != 0; i++) {
        const at = lanes + (<usize>i << 2);
        if (empty & (1 << i)) store<i32>(at, <i32>firstInside(table, y, x + i, <usize>load<i32>(at)));
      }
      const target = gradient + (source - frame);
      if (count <= 6) {
        const share = v128.and(v128.load(g), laneMask(n));
        offset = v128.load(lanes);
        for (let t = table; t < table + (<usize>count << 2); t += 4) {
          const z = target + <usize>load<i32>(t);
          const won = i32x4.eq(offset, v128.load32_splat(t));
          v128.store(z, f32x4.add(v128.load(z), v128.and(share, won)));
        }
      } else {
        for (let i: usize = 0; i < <usize>min(4, n); i++) {
          const z = target + (i << 2) + <usize>load<i32>(lanes + (i << 2));
          store<f32>(z, load<f32>(z) + load<f32>(g + (i << 2)));
        }
      }
      g += <usize>min(4, n) << 2;
    }
  }
  unframePlane(gradient, planeAt(<usize>argument(2), plane));
}

/** In a window of nothing but minus infinity the first element inside the image takes the gradient, not the padding. */
function firstInside(table: usize, y: i32, x: i32, otherwise: usize): usize {
  for (let r = 0; r < kernelHeight(); r++) {
    for (let s = 0; s < kernelWidth(); s++, table += 4) if (isInside(y, x, r, s)) return <usize>load<i32>(table);
  }
  return otherwise;
}
/** Whether a window element of a place lies inside the image. */
function isInside(y: i32, x: i32, r: i32, s: i32): bool {
  const row = y * strideHeight() + r * dilationHeight() - top();
  const column = x * strideWidth() + s * dilationWidth() - left();
  return <u32>row < <u32>height() && <u32>column < <u32>width();
}
