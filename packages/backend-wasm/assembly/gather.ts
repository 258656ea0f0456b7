// Reads and adds at places that an index names along an axis. The walk stands still along the axis in operand 0, which
// is read (gather) or added to (scatterAdd); operand 1 is the index, operand 2 the updates.
import { argument, parallelFor, setArgument } from "./parallel";
import { advance, offset, rowCount, seek, size, stride } from "./rows";
import { copyBytes } from "./simd";

// @ts-ignore: decorator
@inline export function isInside(at: i32, extent: i32): bool {
  return <u32>at < <u32>extent;
}

/** A row of one index: a whole row is copied, as an embedding does. */
function copyRow(x: usize, sx: i32, z: usize, n: i32, width: i32): void {
  if (sx == width) copyBytes(z, x, <usize>(n * width));
  else if (width == 4) {
    for (let i = 0; i < n; i++, x += <usize>sx, z += 4) store<i32>(z, load<i32>(x));
  } else {
    for (let i = 0; i < n; i++, x += <usize>sx, z += 1) store<u8>(z, load<u8>(x));
  }
}

/** A row of the walk. */
// @ts-ignore: decorator
@inline function gatherRow(
  x: usize, index: usize, z: usize, n: i32, sx: i32, si: i32, extent: i32, step: i32, width: i32, missing: i32,
): void {
  if (si == 0 && isInside(load<i32>(index), extent)) {
    copyRow(x + <usize>(load<i32>(index) * step), sx, z, n, width);
    return;
  }
  for (let j = 0; j < n; j++) {
    const at = load<i32>(index);
    const inside = isInside(at, extent);
    const p = x + <usize>(at * step);
    if (width == 4) store<i32>(z, inside ? load<i32>(p) : missing);
    else store<u8>(z, inside ? load<u8>(p) : <u8>missing);
    x += <usize>sx;
    index += <usize>si;
    z += <usize>width;
  }
}

function gatherRows(from: i32, to: i32, thread: i32): void {
  const dimensions = argument(0), extent = argument(4), step = argument(5), width = argument(6), missing = argument(7);
  const n = size(0), sx = stride(0, 0), si = stride(1, 0);
  let z = <usize>argument(3) + <usize>from * <usize>n * <usize>width;
  seek(from, dimensions, thread);
  for (let i = from; i < to; i++, z += <usize>n * <usize>width) {
    const x = <usize>argument(1) + offset(0, thread);
    gatherRow(x, <usize>argument(2) + offset(1, thread), z, n, sx, si, extent, step, width, missing);
    advance(dimensions, thread);
  }
}

/** Rows of words in a walk of two dimensions, which needs no counters: for short rows they cost more than the row. */
function gatherFlat(from: i32, to: i32, _thread: i32): void {
  const extent = argument(4), step = argument(5), missing = argument(7);
  const n = size(0), sx = stride(0, 0), si = stride(1, 0);
  const nextX = <usize>stride(0, 1), nextIndex = <usize>stride(1, 1), pitch = <usize>n << 2;
  let x = <usize>argument(1) + <usize>from * nextX;
  let index = <usize>argument(2) + <usize>from * nextIndex;
  let z = <usize>argument(3) + <usize>from * pitch;
  for (let i = from; i < to; i++, x += nextX, index += nextIndex, z += pitch) {
    gatherRow(x, index, z, n, sx, si, extent, step, 4, missing);
  }
}

/** Words of the only row. */
function gatherElements(from: i32, to: i32, _thread: i32): void {
  const sx = stride(0, 0), si = stride(1, 0);
  const x = <usize>argument(1) + <usize>(from * sx), index = <usize>argument(2) + <usize>(from * si);
  const z = <usize>argument(3) + (<usize>from << 2);
  gatherRow(x, index, z, to - from, sx, si, argument(4), argument(5), 4, argument(7));
}

/** `extent` elements along the axis, `step` bytes apart; `missing` are the bits of what is out of range. */
export function gather(
  dimensions: i32, x: usize, index: usize, z: usize, extent: i32, step: i32, width: i32, missing: i32,
): void {
  setArgument(0, dimensions);
  setArgument(1, <i32>x);
  setArgument(2, <i32>index);
  setArgument(3, <i32>z);
  setArgument(4, extent);
  setArgument(5, step);
  setArgument(6, width);
  setArgument(7, missing);
  const rows = rowCount(dimensions);
  const worthIt = <i64>rows * size(0) >= 16384;
  if (width == 4 && dimensions == 1) parallelFor(gatherElements, size(0), 1, worthIt);
  else if (width == 4 && dimensions == 2) parallelFor(gatherFlat, rows, 1, worthIt);
  else parallelFor(gatherRows, rows, 1, worthIt);
}

export function addRow(z: usize, x: usize, n: i32): void {
  for (; n >= 4; n -= 4, z += 16, x += 16) v128.store(z, f32x4.add(v128.load(z), v128.load(x)));
  for (; n > 0; n--, z += 4, x += 4) store<f32>(z, load<f32>(z) + load<f32>(x));
}

/** In one thread: two updates may name one place, and their order is part of the result. */
export function scatterAdd(
  dimensions: i32, z: usize, index: usize, updates: usize, extent: i32, step: i32, isFloat: bool,
): void {
  const n = size(0);
  const sz = <usize>stride(0, 0);
  const si = <usize>stride(1, 0);
  const su = <usize>stride(2, 0);
  const rows = rowCount(dimensions);
  seek(0, dimensions, 0);
  for (let i = 0; i < rows; i++) {
    let p = z + offset(0, 0);
    let k = index + offset(1, 0);
    let u = updates + offset(2, 0);
    if (isFloat && si == 0 && sz == 4 && su == 4) {
      const at = load<i32>(k);
      if (isInside(at, extent)) addRow(p + <usize>(at * step), u, n);
    } else {
      for (let j = 0; j < n; j++) {
        const at = load<i32>(k);
        if (isInside(at, extent)) {
          const q = p + <usize>(at * step);
          if (isFloat) store<f32>(q, load<f32>(q) + load<f32>(u));
          else store<i32>(q, load<i32>(q) + load<i32>(u));
        }
        p += sz;
        k += si;
        u += su;
      }
    }
    advance(dimensions, 0);
  }
}
