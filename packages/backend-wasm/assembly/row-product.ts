// One row of a product: vector times matrix. The matrix is read once and never packed.
import { horizontalSum, laneMask, multiplyAdd, splat, storeLanes } from "./simd";

/**
 * c[j] = Σ a[k] b[k, j] for a part of the columns; rows of b are contiguous, `bStep` bytes apart, a steps by `aStep`.
 * `large` says whether the whole b is beyond the cache: then four of its rows are streamed at a time, since blocks of
 * columns would touch one line in each of its rows. Both add in the order of k.
 */
export function rowTimesRows(
  large: bool, columns: i32, depth: i32, a: usize, aStep: usize, b: usize, bStep: usize, c: usize,
): void {
  if (large) streamRows(columns, depth, a, aStep, b, bStep, c);
  else columnBlocks(columns, depth, a, aStep, b, bStep, c);
}

/** 24 columns at a time: 6 sums, 6 loads, the broadcast and a product fit into 15 registers, 32 columns do not. */
function columnBlocks(columns: i32, depth: i32, a: usize, aStep: usize, b: usize, bStep: usize, c: usize): void {
  let j = 0;
  for (; j + 24 <= columns; j += 24) {
    let v0 = splat(0), v1 = splat(0), v2 = splat(0), v3 = splat(0), v4 = splat(0), v5 = splat(0);
    let p = b + (<usize>j << 2), q = a;
    for (let k = 0; k < depth; k++) {
      const s = v128.load32_splat(q);
      v0 = multiplyAdd(s, v128.load(p), v0); v1 = multiplyAdd(s, v128.load(p, 16), v1);
      v2 = multiplyAdd(s, v128.load(p, 32), v2); v3 = multiplyAdd(s, v128.load(p, 48), v3);
      v4 = multiplyAdd(s, v128.load(p, 64), v4); v5 = multiplyAdd(s, v128.load(p, 80), v5);
      p += bStep; q += aStep;
    }
    const d = c + (<usize>j << 2);
    v128.store(d, v0); v128.store(d, v1, 16); v128.store(d, v2, 32);
    v128.store(d, v3, 48); v128.store(d, v4, 64); v128.store(d, v5, 80);
  }
  for (; j + 8 <= columns; j += 8) {
    let v0 = splat(0), v1 = splat(0), p = b + (<usize>j << 2), q = a;
    for (let k = 0; k < depth; k++) {
      const s = v128.load32_splat(q);
      v0 = multiplyAdd(s, v128.load(p), v0); v1 = multiplyAdd(s, v128.load(p, 16), v1);
      p += bStep; q += aStep;
    }
    const d = c + (<usize>j << 2);
    v128.store(d, v0); v128.store(d, v1, 16);
  }
  for (; j < columns; j += 4) {
    let v = splat(0), p = b + (<usize>j << 2), q = a;
    for (let k = 0; k < depth; k++) {
      v = multiplyAdd(v128.load32_splat(q), v128.load(p), v);
      p += bStep; q += aStep;
    }
    storeLanes(c + (<usize>j << 2), v, columns - j);
  }
}

function streamRows(columns: i32, depth: i32, a: usize, aStep: usize, b: usize, bStep: usize, c: usize): void {
  memory.fill(c, 0, <usize>columns << 2);
  let k = 0;
  for (; k + 4 <= depth; k += 4) {
    const s0 = v128.load32_splat(a), s1 = v128.load32_splat(a + aStep);
    const s2 = v128.load32_splat(a + 2 * aStep), s3 = v128.load32_splat(a + 3 * aStep);
    let p = b, q = b + bStep, r = q + bStep, t = r + bStep, d = c;
    for (let n = columns; n > 0; n -= 4) {
      const v = multiplyAdd(s1, v128.load(q), multiplyAdd(s0, v128.load(p), v128.load(d)));
      storeLanes(d, multiplyAdd(s3, v128.load(t), multiplyAdd(s2, v128.load(r), v)), n);
      p += 16; q += 16; r += 16; t += 16; d += 16;
    }
    a += 4 * aStep;
    b += 4 * bStep;
  }
  for (; k < depth; k++) {
    const s = v128.load32_splat(a);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      storeLanes(c + at, multiplyAdd(s, v128.load(b + at), v128.load(c + at)), columns - j);
    }
    a += aStep;
    b += bStep;
  }
}

/** c[j] = Σ a[k] b[k, j] where columns of b and a itself are contiguous: four dot products at a time. */
export function rowTimesColumns(columns: i32, depth: i32, a: usize, b: usize, bColumn: usize, c: usize): void {
  for (let j = 0; j < columns; j += 4) {
    const n = columns - j;
    let p0 = b + <usize>j * bColumn, q = a;
    let p1 = n > 1 ? p0 + bColumn : p0, p2 = n > 2 ? p1 + bColumn : p1, p3 = n > 3 ? p2 + bColumn : p2;
    let v0 = splat(0), v1 = splat(0), v2 = splat(0), v3 = splat(0);
    let w0 = splat(0), w1 = splat(0), w2 = splat(0), w3 = splat(0);
    let k = 0;
    for (; k + 8 <= depth; k += 8) {
      let s = v128.load(q);
      v0 = multiplyAdd(s, v128.load(p0), v0); v1 = multiplyAdd(s, v128.load(p1), v1);
      v2 = multiplyAdd(s, v128.load(p2), v2); v3 = multiplyAdd(s, v128.load(p3), v3);
      s = v128.load(q, 16);
      w0 = multiplyAdd(s, v128.load(p0, 16), w0); w1 = multiplyAdd(s, v128.load(p1, 16), w1);
      w2 = multiplyAdd(s, v128.load(p2, 16), w2); w3 = multiplyAdd(s, v128.load(p3, 16), w3);
      q += 32; p0 += 32; p1 += 32; p2 += 32; p3 += 32;
    }
    v0 = f32x4.add(v0, w0); v1 = f32x4.add(v1, w1); v2 = f32x4.add(v2, w2); v3 = f32x4.add(v3, w3);
    for (; k < depth; k += 4) {
      const mask = laneMask(depth - k), s = v128.and(v128.load(q), mask);
      v0 = multiplyAdd(s, v128.and(v128.load(p0), mask), v0); v1 = multiplyAdd(s, v128.and(v128.load(p1), mask), v1);
      v2 = multiplyAdd(s, v128.and(v128.load(p2), mask), v2); v3 = multiplyAdd(s, v128.and(v128.load(p3), mask), v3);
      q += 16; p0 += 16; p1 += 16; p2 += 16; p3 += 16;
    }
    const sums = f32x4(horizontalSum(v0), horizontalSum(v1), horizontalSum(v2), horizontalSum(v3));
    storeLanes(c + (<usize>j << 2), sums, n);
  }
}
