// x · scale + shift of dense (images, channels, places), with one scale and shift for each channel.
import { argument, parallelFor, setArgument } from "./parallel";
import { multiplyAdd as fma, splat, storeLanes } from "./simd";

function run(x: usize, z: usize, n: i32, s: v128, b: v128): void {
  for (; n >= 16; n -= 16, x += 64, z += 64) {
    const p = fma(v128.load(x), s, b), q = fma(v128.load(x, 16), s, b);
    const r = fma(v128.load(x, 32), s, b), t = fma(v128.load(x, 48), s, b);
    v128.store(z, p);
    v128.store(z, q, 16);
    v128.store(z, r, 32);
    v128.store(z, t, 48);
  }
  for (; n > 0; n -= 4, x += 16, z += 16) storeLanes(z, fma(v128.load(x), s, b), n);
}

function rows(from: i32, to: i32, _thread: i32): void {
  const channels = argument(4);
  const places = argument(5);
  for (let i = from; i < to; i++) {
    const at = <usize>(i % channels) << 2;
    const skip = <usize>i * (<usize>places << 2);
    const s = v128.load32_splat(<usize>argument(1) + at);
    const b = v128.load32_splat(<usize>argument(2) + at);
    run(<usize>argument(0) + skip, <usize>argument(3) + skip, places, s, b);
  }
}

export function scaleShift(
  x: usize, scale: usize, shift: usize, z: usize, images: i32, channels: i32, places: i32,
): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>scale);
  setArgument(2, <i32>shift);
  setArgument(3, <i32>z);
  setArgument(4, channels);
  setArgument(5, places);
  parallelFor(rows, images * channels, 1, <i64>images * channels * places >= 32768);
}
