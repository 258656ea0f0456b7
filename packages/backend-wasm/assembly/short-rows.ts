// Short rows four at a time: transposed, so that a vector holds one element of each and a lane is a row. Nothing is
// joined across lanes, and no lane is idle where a row ends. A row's result does not depend on which rows are with it.
import { storeTransposed } from "./pack";
import { storeLanes } from "./simd";

/** Longest row that is short. */
export const shortLength = 32;
/** Four of them as vectors, and what a last block of four elements reads beyond them. */
export const shortBytes: usize = 576;
const room: usize = memory.data(64 * 1024, 64);

/** 1024 bytes of a thread. */
// @ts-ignore: decorator
@inline export function scratch(thread: i32): usize {
  return room + <usize>thread * 1024;
}

/** Up to four dense rows of n to n vectors. Rows past the `count` are read from the first. */
export function loadRows(x: usize, n: i32, count: i32, t: usize): void {
  const pitch = <usize>n << 2;
  let p1 = count > 1 ? x + pitch : x;
  let p2 = count > 2 ? x + 2 * pitch : x;
  let p3 = count > 3 ? x + 3 * pitch : x;
  for (; n > 0; n -= 4, x += 16, p1 += 16, p2 += 16, p3 += 16, t += 64) {
    storeTransposed(v128.load(x), v128.load(p1), v128.load(p2), v128.load(p3), t, 16);
  }
}

/** And back. Overwrites the vectors. */
export function storeRows(t: usize, z: usize, n: i32, count: i32): void {
  const pitch = <usize>n << 2;
  if (count >= 4) {
    for (; n >= 4; n -= 4, t += 64, z += 16) {
      storeTransposed(v128.load(t), v128.load(t, 16), v128.load(t, 32), v128.load(t, 48), z, pitch);
    }
  }
  for (; n > 0; n -= 4, t += 64, z += 16) {
    storeTransposed(v128.load(t), v128.load(t, 16), v128.load(t, 32), v128.load(t, 48), t, 16);
    storeLanes(z, v128.load(t), n);
    if (count > 1) storeLanes(z + pitch, v128.load(t, 16), n);
    if (count > 2) storeLanes(z + 2 * pitch, v128.load(t, 32), n);
    if (count > 3) storeLanes(z + 3 * pitch, v128.load(t, 48), n);
  }
}
