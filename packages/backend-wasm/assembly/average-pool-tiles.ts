// Average pooling over windows side by side without padding: each element of the image is in one window at most. Rows are
// summed down first; windows two or four wide are summed across in registers, others element by element.
import {
  dilationHeight, dilationWidth, height, kernelHeight, kernelWidth, left, outHeight, outWidth, strideHeight, strideWidth,
  taps, top, width,
} from "./frame";
import { argument } from "./parallel";
import { outAt, planeAt, threadFrame } from "./pool-setup";
import { copyBytes, splat, storeLanes } from "./simd";

export function suitsTiles(): bool {
  const isPlain = dilationHeight() == 1 && dilationWidth() == 1 && top() == 0 && left() == 0;
  const isTiled = kernelHeight() == strideHeight() && kernelWidth() == strideWidth();
  return isPlain && isTiled && outHeight() * kernelHeight() <= height() && outWidth() * kernelWidth() <= width();
}

// @ts-ignore: decorator
@inline function pairs(a: v128, b: v128): v128 {
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
}
/** A row of windows two wide. */
function averageTwos(p: usize, end: usize, pitch: usize, z: usize): void {
  const count = splat(<f32>taps());
  for (let n = outWidth(); n > 0; n -= 4, p += 32, end += 32, z += 16) {
    let a = v128.load(p), b = v128.load(p, 16);
    for (let q = p + pitch; q < end; q += pitch) {
      a = f32x4.add(a, v128.load(q));
      b = f32x4.add(b, v128.load(q, 16));
    }
    storeLanes(z, f32x4.div(pairs(a, b), count), n);
  }
}
/** A row of windows four wide. */
function averageFours(p: usize, end: usize, pitch: usize, z: usize): void {
  const count = splat(<f32>taps());
  for (let n = outWidth(); n > 0; n -= 4, p += 64, end += 64, z += 16) {
    let a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48);
    for (let q = p + pitch; q < end; q += pitch) {
      a = f32x4.add(a, v128.load(q));
      b = f32x4.add(b, v128.load(q, 16));
      c = f32x4.add(c, v128.load(q, 32));
      d = f32x4.add(d, v128.load(q, 48));
    }
    storeLanes(z, f32x4.div(pairs(pairs(a, b), pairs(c, d)), count), n);
  }
}
function averageOthers(p: usize, end: usize, pitch: usize, z: usize, sums: usize): void {
  const columns = outWidth(), wide = kernelWidth();
  for (let i = 0; i < columns * wide; i += 4, p += 16, end += 16) {
    let sum = v128.load(p);
    for (let q = p + pitch; q < end; q += pitch) sum = f32x4.add(sum, v128.load(q));
    v128.store(sums + (<usize>i << 2), sum);
  }
  const count = <f32>taps();
  for (let x = 0; x < columns; x++, z += 4) {
    let sum: f32 = 0;
    for (let s = 0; s < wide; s++, sums += 4) sum += load<f32>(sums);
    store<f32>(z, sum / count);
  }
}

export function averageTilesJob(from: i32, to: i32, thread: i32): void {
  const pitch = <usize>width() << 2, down = <usize>kernelHeight() * pitch, across = <usize>outWidth() << 2;
  const wide = kernelWidth();
  let z = outAt(<usize>argument(2), from);
  for (let plane = from; plane < to; plane++) {
    let p = planeAt(<usize>argument(0), plane);
    for (let y = outHeight(); y > 0; y--, p += down, z += across) {
      if (wide == 2) averageTwos(p, p + down, pitch, z);
      else if (wide == 4) averageFours(p, p + down, pitch, z);
      else averageOthers(p, p + down, pitch, z, threadFrame(thread));
    }
  }
}

/** A row of shares, each `wide` times. */
function repeat(g: usize, wide: i32, z: usize): void {
  const count = splat(<f32>taps());
  let n = outWidth();
  if (wide == 2) {
    for (; n >= 4; n -= 4, g += 16, z += 32) {
      const v = f32x4.div(v128.load(g), count);
      v128.store(z, v128.shuffle<f32>(v, v, 0, 0, 1, 1));
      v128.store(z, v128.shuffle<f32>(v, v, 2, 2, 3, 3), 16);
    }
  } else if (wide >= 4) {
    // Stores overlap, and the last of them ends with the window.
    const last = <usize>(wide - 4) << 2;
    for (; n > 0; n--, g += 4) {
      const v = f32x4.div(v128.load32_splat(g), count);
      for (let i: usize = 0; i < last; i += 16) v128.store(z + i, v);
      v128.store(z + last, v);
      z += <usize>wide << 2;
    }
  }
  for (; n > 0; n--, g += 4) {
    const v = f32x4.div(v128.load32_splat(g), count);
    for (let i = wide; i > 0; i--, z += 4) v128.store32_lane(z, v, 0);
  }
}

export function averageTilesGradJob(from: i32, to: i32, thread: i32): void {
  const tall = kernelHeight(), wide = kernelWidth();
  const pitch = <usize>width() << 2;
  const covered = <usize>(outWidth() * wide) << 2;
  let g = outAt(<usize>argument(1), from);
  for (let plane = from; plane < to; plane++) {
    let z = planeAt(<usize>argument(2), plane);
    for (let y = outHeight(); y > 0; y--, g += <usize>outWidth() << 2) {
      repeat(g, wide, z);
      if (covered < pitch) memory.fill(z + covered, 0, pitch - covered);
      const first = z;
      z += pitch;
      for (let r = tall; r > 1; r--, z += pitch) copyBytes(z, first, pitch);
    }
    const rest = <usize>(height() - outHeight() * tall) * pitch;
    if (rest > 0) memory.fill(z, 0, rest);
  }
}
