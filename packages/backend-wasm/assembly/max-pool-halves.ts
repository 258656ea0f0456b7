// Max pooling over 2 × 2 windows side by side.
import { height, outHeight, outWidth, width } from "./frame";
import { argument } from "./parallel";
import { outAt, planeAt, wins } from "./pool-setup";
import { storeLanes } from "./simd";

/** Four 2 × 2 windows: the largest of each, from eight elements of two rows. */
// @ts-ignore: decorator
@inline function largestOfFour(a: usize, b: usize): v128 {
  const a0 = v128.load(a), a1 = v128.load(a, 16), b0 = v128.load(b), b1 = v128.load(b, 16);
  let best = v128.shuffle<f32>(a0, a1, 0, 2, 4, 6);
  let v = v128.shuffle<f32>(a0, a1, 1, 3, 5, 7);
  best = v128.bitselect(v, best, wins(v, best));
  v = v128.shuffle<f32>(b0, b1, 0, 2, 4, 6);
  best = v128.bitselect(v, best, wins(v, best));
  v = v128.shuffle<f32>(b0, b1, 1, 3, 5, 7);
  return v128.bitselect(v, best, wins(v, best));
}

export function maxHalvesJob(from: i32, to: i32, thread: i32): void {
  const pitch = <usize>width() << 2;
  const columns = outWidth();
  const rows = outHeight();
  let z = outAt(<usize>argument(2), from);
  for (let plane = from; plane < to; plane++) {
    let row = planeAt(<usize>argument(0), plane);
    for (let y = rows; y > 0; y--, row += 2 * pitch) {
      let a = row;
      let n = columns;
      for (; n >= 4; n -= 4, a += 32, z += 16) v128.store(z, largestOfFour(a, a + pitch));
      if (n > 0) {
        storeLanes(z, largestOfFour(a, a + pitch), n);
        z += <usize>n << 2;
      }
    }
  }
}

/** Four 2 × 2 windows of x at a: puts the shares to the first of the largest, to two rows of eight at c. */
// @ts-ignore: decorator
@inline function spreadFour(a: usize, share: v128, c: usize, pitch: usize): void {
  const b = a + pitch;
  const a0 = v128.load(a), a1 = v128.load(a, 16), b0 = v128.load(b), b1 = v128.load(b, 16);
  let best = v128.shuffle<f32>(a0, a1, 0, 2, 4, 6);
  let v = v128.shuffle<f32>(a0, a1, 1, 3, 5, 7);
  const second = wins(v, best);
  best = v128.bitselect(v, best, second);
  v = v128.shuffle<f32>(b0, b1, 0, 2, 4, 6);
  const third = wins(v, best);
  best = v128.bitselect(v, best, third);
  const fourth = wins(v128.shuffle<f32>(b0, b1, 1, 3, 5, 7), best);
  const lower = v128.or(third, fourth);
  const c0 = v128.andnot(share, v128.or(second, lower)), c1 = v128.andnot(v128.and(share, second), lower);
  const d0 = v128.andnot(v128.and(share, third), fourth), d1 = v128.and(share, fourth);
  const d = c + pitch;
  v128.store(c, v128.shuffle<f32>(c0, c1, 0, 4, 1, 5));
  v128.store(c, v128.shuffle<f32>(c0, c1, 2, 6, 3, 7), 16);
  v128.store(d, v128.shuffle<f32>(d0, d1, 0, 4, 1, 5));
  v128.store(d, v128.shuffle<f32>(d0, d1, 2, 6, 3, 7), 16);
}

/** Two rows of eight, for the ends of rows. */
const rests: usize = memory.data(64 * 64, 16);

export function maxHalvesGradJob(from: i32, to: i32, thread: i32): void {
  const w = width();
  const pitch = <usize>w << 2;
  const columns = outWidth();
  const rows = outHeight();
  const rest = rests + (<usize>thread << 6);
  let g = outAt(<usize>argument(1), from);
  for (let plane = from; plane < to; plane++) {
    let source = planeAt(<usize>argument(0), plane);
    let target = planeAt(<usize>argument(2), plane);
    for (let y = rows; y > 0; y--, source += 2 * pitch, target += 2 * pitch) {
      let a = source, c = target;
      let n = columns;
      for (; n >= 4; n -= 4, a += 32, c += 32, g += 16) spreadFour(a, v128.load(g), c, pitch);
      for (; n > 0; n--, a += 8, c += 8, g += 4) {
        // Only the first of the four windows counts.
        storeHalves(a, v128.load32_zero(g), c, pitch, rest);
      }
      if (w > 2 * columns) {
        // Columns that no window covers.
        memory.fill(c, 0, <usize>(w - 2 * columns) << 2);
        memory.fill(c + pitch, 0, <usize>(w - 2 * columns) << 2);
      }
    }
    const left = <usize>(height() - 2 * rows) * pitch;
    if (left > 0) memory.fill(target, 0, left);
  }
}
/** One window: as spreadFour, by way of a scratch place that has room for the other three. */
function storeHalves(a: usize, share: v128, c: usize, pitch: usize, rest: usize): void {
  const b = a + pitch;
  v128.store64_lane(rest, v128.load64_zero(a), 0);
  v128.store64_lane(rest + 32, v128.load64_zero(b), 0);
  spreadFour(rest, share, rest, 32);
  v128.store64_lane(c, v128.load64_zero(rest), 0);
  v128.store64_lane(c + pitch, v128.load64_zero(rest + 32), 0);
}
