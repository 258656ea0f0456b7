// Copies strided memory to strided memory: operand 0 is read, operand 1 is written. Where one side is contiguous along
// the rows and the other along the next dimension, 4x4 tiles are transposed in registers.
import { argument, parallelFor, setArgument } from "./parallel";
import { advance, offset, rowCount, seek, size, stride } from "./rows";
import { copyBytes, storeLanes } from "./simd";

/** One row of 4-byte elements. */
function words(x: usize, sx: i32, z: usize, sz: i32, n: i32): void {
  if (sx == 4 && sz == 4) copyBytes(z, x, (<usize>n) << 2);
  else if (sx == 0 && sz == 4) {
    const v = v128.load32_splat(x);
    for (; n > 0; n -= 4, z += 16) storeLanes(z, v, n);
  } else if (sx == -4 && sz == 4) {
    for (; n >= 4; n -= 4, x -= 16, z += 16) {
      const v = v128.load(x - 12);
      v128.store(z, v128.shuffle<f32>(v, v, 3, 2, 1, 0));
    }
    for (; n > 0; n--, x -= 4, z += 4) store<i32>(z, load<i32>(x));
  } else if (sx == 8 && sz == 4) {
    for (; n >= 4; n -= 4, x += 32, z += 16)
      v128.store(z, v128.shuffle<f32>(v128.load(x), v128.load(x, 16), 0, 2, 4, 6));
    for (; n > 0; n--, x += 8, z += 4) store<i32>(z, load<i32>(x));
  } else {
    for (; n > 0; n--) {
      store<i32>(z, load<i32>(x));
      x += <usize>sx;
      z += <usize>sz;
    }
  }
}

/** One row of single bytes. */
function bytes(x: usize, sx: i32, z: usize, sz: i32, n: i32): void {
  if (sx == 1 && sz == 1) copyBytes(z, x, <usize>n);
  else {
    for (; n > 0; n--) {
      store<u8>(z, load<u8>(x));
      x += <usize>sx;
      z += <usize>sz;
    }
  }
}

function rows(from: i32, to: i32, thread: i32): void {
  const dimensions = argument(0);
  const x = <usize>argument(1);
  const z = <usize>argument(2);
  const wide = argument(3) == 4;
  const n = size(0);
  const sx = stride(0, 0);
  const sz = stride(1, 0);
  seek(from, dimensions, thread);
  for (let i = from; i < to; i++) {
    if (wide) words(x + offset(0, thread), sx, z + offset(1, thread), sz, n);
    else bytes(x + offset(0, thread), sx, z + offset(1, thread), sz, n);
    advance(dimensions, thread);
  }
}

export function copy(dimensions: i32, x: usize, z: usize, width: i32): void {
  setArgument(0, dimensions);
  setArgument(1, <i32>x);
  setArgument(2, <i32>z);
  setArgument(3, width);
  const count = rowCount(dimensions);
  parallelFor(rows, count, 1, <i64>count * size(0) >= 65536);
}

/** Dimension 0 is contiguous in z, dimension 1 in x; both at least 4 long. */
function planes(from: i32, to: i32, thread: i32): void {
  const dimensions = argument(0);
  const n = size(0);
  const m = size(1);
  const sx = <usize>stride(0, 0);
  const sz = <usize>stride(1, 1);
  for (let i = from; i < to; i++) {
    seek(i * m, dimensions, thread);
    const x = <usize>argument(1) + offset(0, thread);
    const z = <usize>argument(2) + offset(1, thread);
    for (let j = 0; j < m; j += 16) stripe(x + ((<usize>j) << 2), sx, z + <usize>j * sz, sz, n, min(16, m - j));
  }
}

/** Up to 16 columns of x, a cache line, become as many rows of z. */
function stripe(x: usize, sx: usize, z: usize, sz: usize, n: i32, m: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    let p = x;
    let q = z;
    let j = 0;
    for (; j + 4 <= m; j += 4) {
      const a = v128.load(p);
      const b = v128.load(p + sx);
      const c = v128.load(p + 2 * sx);
      const d = v128.load(p + 3 * sx);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(q, v128.shuffle<f64>(ab, cd, 0, 2));
      v128.store(q + sz, v128.shuffle<f64>(ab, cd, 1, 3));
      v128.store(q + 2 * sz, v128.shuffle<f64>(ef, gh, 0, 2));
      v128.store(q + 3 * sz, v128.shuffle<f64>(ef, gh, 1, 3));
      p += 16;
      q += 4 * sz;
    }
    for (; j < m; j++) {
      for (let r: usize = 0; r < 4; r++) store<i32>(q + (r << 2), load<i32>(p + r * sx));
      p += 4;
      q += sz;
    }
    x += 4 * sx;
    z += 16;
  }
  for (; i < n; i++) {
    let q = z;
    for (let j = 0; j < m; j++, q += sz) store<i32>(q, load<i32>(x + ((<usize>j) << 2)));
    x += sx;
    z += 4;
  }
}

export function transpose(dimensions: i32, x: usize, z: usize): void {
  setArgument(0, dimensions);
  setArgument(1, <i32>x);
  setArgument(2, <i32>z);
  const count = rowCount(dimensions) / size(1);
  parallelFor(planes, count, 1, <i64>count * size(0) * size(1) >= 16384);
}
