// c = finish(a · b): matrices of any strides, batched, with bias and activation.
//
// Three ways, chosen by sizes and strides alone (never by the number of threads, which must not change a bit):
// - one to three rows: vector times matrix (row-product.ts);
// - small factors: tiles straight from the operands;
// - otherwise both factors are packed whole, by blocks of depth, and multiplied in blocks for the caches: 256 of depth
//   (a panel of 8 columns is 8 KB, level 1), 128 rows (128 KB, level 2), 512 columns (512 KB).
// Threads share the packing, then split the longer side of c. Batches of small matrices are split instead, each thread
// packing its own; a factor that all of a batch share is packed once.
import { finishByColumn, finishByRow } from "./finish";
import { packLeft, packRight } from "./pack";
import { argument, parallelFor, setArgument, workerCount } from "./parallel";
import { rowTimesColumns, rowTimesRows } from "./row-product";
import { multiplyBlock, multiplyUnpacked } from "./tile";

const depthBlock: i32 = 256;
const rowBlock: i32 = 128;
const columnBlock: i32 = 512;
/** Floats of a factor that are packed at a time. */
const packedLimit: i32 = 1 << 22;

const byRow: i32 = 0;
const unpacked: i32 = 1;
const packed: i32 = 2;

// @ts-ignore: decorator
@inline function m(): i32 { return argument(0); }
// @ts-ignore: decorator
@inline function n(): i32 { return argument(1); }
// @ts-ignore: decorator
@inline function k(): i32 { return argument(2); }
// @ts-ignore: decorator
@inline function aRow(): usize { return <usize>argument(4); }
// @ts-ignore: decorator
@inline function aStep(): usize { return <usize>argument(5); }
// @ts-ignore: decorator
@inline function bStep(): usize { return <usize>argument(7); }
// @ts-ignore: decorator
@inline function bColumn(): usize { return <usize>argument(8); }
// @ts-ignore: decorator
@inline function way(): i32 { return argument(13); }
/** Rows and columns that are packed at a time, rounded up to whole panels. */
// @ts-ignore: decorator
@inline function packedRows(): i32 { return argument(18); }
// @ts-ignore: decorator
@inline function packedColumns(): i32 { return argument(19); }

// @ts-ignore: decorator
@inline function roundUp(x: i32, to: i32): i32 {
  return (x + to - 1) / to * to;
}

/** Strides in bytes. */
function chooseWay(rows: i32, columns: i32, depth: i32, aStep: i32, bStep: i32, bColumn: i32): i32 {
  if (depth == 0) return unpacked;
  if (rows < 4 && (bColumn == 4 || (bStep == 4 && aStep == 4))) return byRow;
  const small = <i64>depth * columns <= 8192 || rows <= 8;
  return bColumn == 4 && small && depth <= 1024 ? unpacked : packed;
}
/** Batches of small matrices are worked at side by side. */
// @ts-ignore: decorator
@inline function splitsBatch(rows: i32, columns: i32, depth: i32, count: i32): bool {
  return count > 1 && <i64>rows * columns * depth <= 1 << 21;
}
// @ts-ignore: decorator
@inline function rowsAtOnce(rows: i32, depth: i32): i32 {
  return min(roundUp(rows, 4), max(rowBlock, packedLimit / depth & ~(rowBlock - 1)));
}
// @ts-ignore: decorator
@inline function columnsAtOnce(columns: i32, depth: i32): i32 {
  return min(roundUp(columns, 8), max(columnBlock, packedLimit / depth & ~(columnBlock - 1)));
}

/** Bytes of workspace that `matmul` needs with the same sizes and strides. */
export function matmulWorkspace(
  rows: i32, columns: i32, depth: i32, aStep: i32, bStep: i32, bColumn: i32, count: i32,
): usize {
  if (chooseWay(rows, columns, depth, aStep, bStep, bColumn) != packed) return 0;
  const sets = splitsBatch(rows, columns, depth, count) ? workerCount() + 1 : 1;
  const floats = <usize>(rowsAtOnce(rows, depth) + columnsAtOnce(columns, depth)) * <usize>depth;
  return <usize>sets * (floats << 2);
}

/** Panels [from, to) of four rows of a, by blocks of depth. */
function packA(a: usize, from: i32, to: i32, rows: i32, target: usize): void {
  const depth = k();
  const first = from << 2;
  const last = min(rows, to << 2);
  for (let k0 = 0; k0 < depth; k0 += depthBlock) {
    const kc = min(depthBlock, depth - k0);
    const source = a + <usize>first * aRow() + <usize>k0 * aStep();
    const at = target + (<usize>(k0 * packedRows() + first * kc) << 2);
    packLeft(source, aRow(), aStep(), last - first, kc, at);
  }
}
/** Panels [from, to) of eight columns of b, by blocks of depth. */
function packB(b: usize, from: i32, to: i32, columns: i32, target: usize): void {
  const depth = k();
  const first = from << 3;
  const last = min(columns, to << 3);
  for (let k0 = 0; k0 < depth; k0 += depthBlock) {
    const kc = min(depthBlock, depth - k0);
    const source = b + <usize>k0 * bStep() + <usize>first * bColumn();
    const at = target + (<usize>(k0 * packedColumns() + first * kc) << 2);
    packRight(source, bStep(), bColumn(), last - first, kc, at);
  }
}

/** Bias and activation of a part of c that starts at (i, j). */
function finish(c: usize, i: i32, j: i32, rows: i32, columns: i32): void {
  const pitch = <usize>n() << 2;
  const bias = <usize>argument(10);
  if (argument(11)) {
    finishByRow(argument(12), bias == 0 ? 0 : bias + (<usize>i << 2), c, pitch, rows, columns);
  } else finishByColumn(argument(12), bias == 0 ? 0 : bias + (<usize>j << 2), c, pitch, rows, columns);
}

/** Rows [i0, i1) and columns [j0, j1) of packed factors; those of a begin at row `top` of c, those of b at `left`. */
function multiplyPacked(
  i0: i32, i1: i32, j0: i32, j1: i32, pa: usize, pb: usize, c: usize, top: i32, left: i32, thread: i32,
): void {
  const depth = k();
  const pitch = <usize>n() << 2;
  for (let j = j0; j < j1; j += columnBlock) {
    const columns = min(columnBlock, j1 - j);
    for (let k0 = 0; k0 < depth; k0 += depthBlock) {
      const kc = min(depthBlock, depth - k0);
      const b = pb + (<usize>(k0 * packedColumns() + j * kc) << 2);
      for (let i = i0; i < i1; i += rowBlock) {
        const rows = min(rowBlock, i1 - i);
        const a = pa + (<usize>(k0 * packedRows() + i * kc) << 2);
        const at = c + <usize>(top + i) * pitch + (<usize>(left + j) << 2);
        multiplyBlock(k0 > 0, rows, columns, kc, a, b, at, pitch, thread);
        if (k0 + kc == depth) finish(at, top + i, left + j, rows, columns);
      }
    }
  }
}

/** Rows [i0, i1) and columns [j0, j1) of c, straight from the operands. */
function multiplyHere(i0: i32, i1: i32, j0: i32, j1: i32, a: usize, b: usize, c: usize, thread: i32): void {
  const depth = k();
  const pitch = <usize>n() << 2;
  const at = c + <usize>i0 * pitch + (<usize>j0 << 2);
  a += <usize>i0 * aRow();
  b += <usize>j0 * bColumn();
  if (way() == unpacked) {
    multiplyUnpacked(i1 - i0, j1 - j0, depth, a, aRow(), aStep(), b, bStep(), at, pitch, thread);
  } else {
    const large = <i64>depth * n() > 65536;
    let z = at;
    for (let i = i0; i < i1; i++) {
      if (bColumn() == 4) rowTimesRows(large, j1 - j0, depth, a, aStep(), b, bStep(), z);
      else rowTimesColumns(j1 - j0, depth, a, b, bColumn(), z);
      a += aRow();
      z += pitch;
    }
  }
  finish(at, i0, j0, i1 - i0, j1 - j0);
}

// Jobs. Arguments from 14 on: strides of a batch, workspace, what is packed, where the packed part of c begins.

function batchJob(from: i32, to: i32, thread: i32): void {
  const rows = m();
  const columns = n();
  const aBatch = <usize>argument(14);
  const bBatch = <usize>argument(15);
  const floats = <usize>(packedRows() + packedColumns()) * <usize>k();
  const pa = <usize>argument(16) + <usize>thread * (floats << 2);
  const pb = pa + (<usize>(packedRows() * k()) << 2);
  let hasA = false;
  let hasB = false;
  for (let item = from; item < to; item++) {
    const a = <usize>argument(3) + <usize>item * aBatch;
    const b = <usize>argument(6) + <usize>item * bBatch;
    const c = <usize>argument(9) + (<usize>(item * rows * columns) << 2);
    if (way() != packed) {
      multiplyHere(0, rows, 0, columns, a, b, c, thread);
      continue;
    }
    if (!hasA || aBatch != 0) packA(a, 0, (rows + 3) >> 2, rows, pa);
    if (!hasB || bBatch != 0) packB(b, 0, (columns + 7) >> 3, columns, pb);
    hasA = hasB = true;
    multiplyPacked(0, rows, 0, columns, pa, pb, c, 0, 0, thread);
  }
}

function packLeftJob(from: i32, to: i32, thread: i32): void {
  packA(<usize>argument(20), from, to, argument(22), <usize>argument(16));
}
function packRightJob(from: i32, to: i32, thread: i32): void {
  packB(<usize>argument(21), from, to, argument(23), <usize>argument(17));
}
function productJob(from: i32, to: i32, thread: i32): void {
  const rows = argument(22);
  const columns = argument(23);
  const across = argument(26) != 0;
  const i0 = across ? 0 : from;
  const i1 = across ? rows : to;
  const j0 = across ? from : 0;
  const j1 = across ? to : columns;
  const c = <usize>argument(27);
  if (way() == packed) {
    const pa = <usize>argument(16);
    const pb = <usize>argument(17);
    multiplyPacked(i0, i1, j0, j1, pa, pb, c, argument(24), argument(25), thread);
  } else multiplyHere(i0, i1, j0, j1, <usize>argument(20), <usize>argument(21), c, thread);
}

/** Splits the longer side of rows × columns of c. */
function runProduct(rows: i32, columns: i32, top: i32, left: i32): void {
  const across = way() == byRow || columns > rows;
  setArgument(22, rows);
  setArgument(23, columns);
  setArgument(24, top);
  setArgument(25, left);
  setArgument(26, across ? 1 : 0);
  const worthIt = <i64>rows * columns * k() >= 1 << 18;
  if (across) parallelFor(productJob, columns, 16, worthIt);
  else parallelFor(productJob, rows, 4, worthIt);
}

/** One product of packed factors, in parts that fit the workspace. */
function runPacked(a: usize, b: usize, keepA: bool, keepB: bool): void {
  const rows = m();
  const columns = n();
  const rowPart = packedRows();
  const columnPart = packedColumns();
  const worthIt = <i64>rows * columns * k() >= 1 << 18;
  for (let left = 0; left < columns; left += columnPart) {
    const wide = min(columnPart, columns - left);
    if (!keepB) {
      setArgument(21, <i32>(b + <usize>left * bColumn()));
      setArgument(23, wide);
      parallelFor(packRightJob, (wide + 7) >> 3, 4, worthIt);
    }
    for (let top = 0; top < rows; top += rowPart) {
      const high = min(rowPart, rows - top);
      if (!keepA && (left == 0 || rowPart < rows)) {
        setArgument(20, <i32>(a + <usize>top * aRow()));
        setArgument(22, high);
        parallelFor(packLeftJob, (high + 3) >> 2, 8, worthIt);
      }
      runProduct(high, wide, top, left);
    }
  }
}

/**
 * c[i] = activation(a[i] · b[i] + bias) for `count` products; c is dense. Strides are bytes, those of a batch may be 0.
 * The bias (0: none) goes by the columns of c, or by its rows.
 */
export function matmul(
  rows: i32, columns: i32, depth: i32, a: usize, aRow: i32, aStep: i32, b: usize, bStep: i32, bColumn: i32, c: usize,
  bias: usize, biasByRow: i32, activation: i32, count: i32, aBatch: i32, bBatch: i32, workspace: usize,
): void {
  setArgument(0, rows);
  setArgument(1, columns);
  setArgument(2, depth);
  setArgument(3, <i32>a);
  setArgument(4, aRow);
  setArgument(5, aStep);
  setArgument(6, <i32>b);
  setArgument(7, bStep);
  setArgument(8, bColumn);
  setArgument(9, <i32>c);
  setArgument(10, <i32>bias);
  setArgument(11, biasByRow);
  setArgument(12, activation);
  const chosen = chooseWay(rows, columns, depth, aStep, bStep, bColumn);
  setArgument(13, chosen);
  setArgument(14, aBatch);
  setArgument(15, bBatch);
  setArgument(16, <i32>workspace);
  if (chosen == packed) {
    const rowPart = rowsAtOnce(rows, depth);
    setArgument(17, <i32>(workspace + (<usize>(rowPart * depth) << 2)));
    setArgument(18, rowPart);
    setArgument(19, columnsAtOnce(columns, depth));
  }
  if (splitsBatch(rows, columns, depth, count)) {
    parallelFor(batchJob, count, 1, <i64>rows * columns * depth * count >= 1 << 18);
    return;
  }
  for (let i = 0; i < count; i++) {
    const left = a + <usize>i * <usize>aBatch;
    const right = b + <usize>i * <usize>bBatch;
    setArgument(27, <i32>(c + (<usize>(i * rows * columns) << 2)));
    if (chosen == packed) {
      const keepA = i > 0 && aBatch == 0 && argument(18) >= rows;
      const keepB = i > 0 && bBatch == 0 && argument(19) >= columns;
      runPacked(left, right, keepA, keepB);
    } else {
      setArgument(20, <i32>left);
      setArgument(21, <i32>right);
      runProduct(rows, columns, 0, 0);
    }
  }
}
